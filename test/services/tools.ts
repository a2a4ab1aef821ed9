import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Channel } from "peregrine";
import { healthV1, ReflectionClient } from "peregrine/services";
import { runToEnd, startServer } from "../../tools/processes.js";
import { goProgram, pythonWith } from "./install.js";

/** Where our server listens: 127.0.0.1 and this port. */
export interface OurServer {
  readonly port: number;
}

/** One thing that a tool must do with our server, or we with the tool's. */
export interface Check {
  readonly name: string;
  run(server: OurServer): Promise<unknown>;
}

const grpcurlVersion = "v1.9.4";
const healthProbeVersion = "v0.4.61";
const grpcioVersion = "1.85.1";
/** The scripts are not compiled: they are read from the source tree. */
const scripts: string = fileURLToPath(new URL("../../../test/services/python", import.meta.url));

const ownServices: readonly string[] = [
  "grpc.channelz.v1.Channelz",
  "grpc.health.v1.Health",
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
  "peregrine.test.Echo",
];

/** Each tool with its checks; `prepare` throws `Missing` where the tool cannot be had. */
export const tools: Readonly<Record<string, (cacheFolder: string) => Promise<readonly Check[]>>> = {
  grpcurl: prepareGrpcurl,
  grpc_health_probe: prepareHealthProbe,
  "buf curl": prepareBuf,
  "Python grpcio": preparePython,
  "grpc-go's reflection": prepareGoServer,
};

/** What the program prints; fails on another exit code. */
async function output(code: number, command: string, ...args: readonly string[]): Promise<string> {
  const result = await runToEnd(command, args, { timeoutMs: 30_000, env: { PYTHONDONTWRITEBYTECODE: "1" } });
  assert.equal(result.code, code, result.output);
  return result.output;
}

async function prepareGrpcurl(cacheFolder: string): Promise<readonly Check[]> {
  const program = await goProgram(cacheFolder, "github.com/fullstorydev/grpcurl/cmd/grpcurl", grpcurlVersion);
  const grpcurl = ({ port }: OurServer, args: readonly string[], code: number = 0, data?: string): Promise<string> =>
    output(code, program, "-plaintext", ...(data === undefined ? [] : ["-d", data]), `127.0.0.1:${port}`, ...args);
  return [
    {
      name: "list",
      run: async (server) => assert.deepEqual((await grpcurl(server, ["list"])).trim().split("\n"), ownServices),
    },
    {
      name: "describe a service, a method, a field",
      run: async (server) => {
        assert.match(await grpcurl(server, ["describe", "peregrine.test.Echo"]), /rpc Bidi \( stream \.peregrine/);
        assert.match(await grpcurl(server, ["describe", "peregrine.test.Echo.Unary"]), /is a method/);
        assert.match(await grpcurl(server, ["describe", "peregrine.test.EchoRequest.text"]), /string text = 2/);
      },
    },
    {
      name: "call",
      run: async (server) => {
        const args = ["peregrine.test.Echo/Unary"];
        assert.deepEqual(JSON.parse(await grpcurl(server, args, 0, '{"text":"hi"}')), { text: "hi" });
      },
    },
    {
      name: "health",
      run: async (server) => {
        const args = ["grpc.health.v1.Health/Check"];
        assert.deepEqual(JSON.parse(await grpcurl(server, args)), { status: "SERVING" });
        // 64 and the status code: NOT_FOUND.
        assert.match(await grpcurl(server, args, 69, '{"service":"no.Such"}'), /NotFound/);
      },
    },
    {
      name: "channelz",
      run: async (server) => {
        const told = JSON.parse(await grpcurl(server, ["grpc.channelz.v1.Channelz/GetServers"]));
        assert.equal(told.server[0].ref.name, `127.0.0.1:${server.port}`);
        assert.ok(Number(told.server[0].data.callsStarted) > 0);
      },
    },
  ];
}

async function prepareHealthProbe(cacheFolder: string): Promise<readonly Check[]> {
  const path = "github.com/grpc-ecosystem/grpc-health-probe";
  const program = await goProgram(cacheFolder, path, healthProbeVersion);
  const probe = (code: number, { port }: OurServer, ...args: readonly string[]): Promise<string> =>
    output(code, program, `-addr=127.0.0.1:${port}`, ...args);
  return [
    { name: "the server", run: async (server) => assert.match(await probe(0, server), /SERVING/) },
    {
      name: "services",
      run: async (server) => {
        assert.match(await probe(0, server, "-service=peregrine.test.Echo"), /SERVING/);
        assert.match(await probe(4, server, "-service=sick"), /NOT_SERVING/);
        assert.match(await probe(3, server, "-service=no.Such"), /NotFound/);
      },
    },
  ];
}

async function prepareBuf(): Promise<readonly Check[]> {
  const program = fileURLToPath(new URL("../../../node_modules/.bin/buf", import.meta.url));
  const curl = (url: string, ...args: readonly string[]): Promise<string> =>
    output(0, program, "curl", "--protocol", "grpc", "--http2-prior-knowledge", ...args, url);
  return [
    {
      name: "list methods",
      run: async ({ port }) =>
        assert.match(await curl(`http://127.0.0.1:${port}`, "--list-methods"), /peregrine\.test\.Echo\/Unary/),
    },
    {
      name: "call",
      run: async ({ port }) => {
        const url = `http://127.0.0.1:${port}/peregrine.test.Echo/Unary`;
        assert.deepEqual(JSON.parse(await curl(url, "-d", '{"text":"hi"}')), { text: "hi" });
      },
    },
  ];
}

async function preparePython(cacheFolder: string): Promise<readonly Check[]> {
  const names = ["grpcio-health-checking", "grpcio-reflection"];
  const packages = [
    `grpcio==${grpcioVersion}`,
    "grpcio-channelz==1.85.0",
    ...names.map((name) => `${name}==${grpcioVersion}`),
  ];
  const python = await pythonWith(cacheFolder, `grpcio-services-${grpcioVersion}`, packages);
  return [
    {
      name: "its clients of health, reflection (v1alpha) and channelz",
      run: async ({ port }) => {
        const told = await output(0, python, join(scripts, "services_client.py"), `${port}`);
        assert.deepEqual(JSON.parse(told.trim().split("\n").at(-1) ?? ""), {
          check: ["SERVING", "SERVING", "NOT_FOUND"],
          watch: ["SERVING", "SERVICE_UNKNOWN"],
          services: ownServices,
          methods: ["Unary", "ServerStream", "ClientStream", "Bidi"],
          fields: [
            "count",
            "echo_headers",
            "echo_trailers",
            "fail_code",
            "fail_message",
            "payload",
            "response_bytes",
            "sleep_ms",
            "text",
          ],
          servers: 1,
          end: true,
          calls: true,
          streams: true,
          remote: [127, 0, 0, 1],
        });
      },
    },
    {
      name: "our clients against its server (v1alpha)",
      run: () =>
        withServer(
          python,
          (port) => [join(scripts, "services_server.py"), `${port}`],
          async (client, channel) => {
            assert.deepEqual(await client.listServices(), ["grpc.channelz.v1.Channelz", "grpc.health.v1.Health"]);
            assert.equal(client.version, "v1alpha");
            assert.equal((await client.findService("grpc.channelz.v1.Channelz")).methods.length, 7);
            const field = await client.find("grpc.channelz.v1.ChannelRef.channel_id");
            // Descriptors of Python have no JSON names.
            assert.equal(field.kind === "field" && field.jsonName, "channelId");
            const { status } = await channel.client(healthV1.Health).check({ service: "a.B" });
            assert.equal(status, healthV1.HealthCheckResponse_ServingStatus.NOT_SERVING);
          },
        ),
    },
  ];
}

async function prepareGoServer(cacheFolder: string): Promise<readonly Check[]> {
  const path = "github.com/fullstorydev/grpcurl/internal/testing/cmd/testserver";
  const program = await goProgram(cacheFolder, path, grpcurlVersion);
  return [
    {
      name: "our client against it (v1)",
      run: () =>
        withServer(
          program,
          (port) => ["-p", `${port}`, "-q"],
          async (client, channel) => {
            assert.ok((await client.listServices()).includes("testing.TestService"));
            assert.equal(client.version, "v1");
            const service = await client.findService("testing.TestService");
            const call = channel.client(service) as unknown as Record<string, (request: object) => Promise<unknown>>;
            await call["emptyCall"]?.({});
            await assert.rejects(client.find("testing.NoSuch"), /not found/i);
          },
        ),
    },
    {
      name: "how our client ends its streams there: with OK, as grpcurl does",
      run: async () => {
        const log = await withServer(
          program,
          (port) => ["-p", `${port}`],
          async (client) => {
            await client.listServices();
            await client.findService("testing.TestService");
            await assert.rejects(client.find("testing.NoSuch"), /not found/i);
          },
          { GRPC_GO_LOG_SEVERITY_LEVEL: "info" },
        );
        const statuses = [...log.matchAll(/completed <\d+>: (\w+)\(\d+\)/g)].map(([, status]) => status);
        assert.deepEqual(statuses, ["OK", "OK", "OK"], log);
      },
    },
  ];
}

/** @returns what the server has printed */
async function withServer(
  command: string,
  args: (port: number) => readonly string[],
  run: (client: ReflectionClient, channel: Channel) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const server = await startServer(command, args, { timeoutMs: 20_000, env });
  const channel = new Channel(`127.0.0.1:${server.port}`);
  try {
    await run(new ReflectionClient(channel), channel);
  } finally {
    await channel.close({ graceMs: 0 });
    await server.stop();
  }
  return server.output();
}
