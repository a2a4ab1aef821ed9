import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Channel, type ChannelOptions, Server, type ServerListenOptions, Status } from "peregrine";
import { createTestCertificates } from "peregrine/testing";
import { Echo } from "../gen/echo_pb.js";
import { echoCases } from "../peers/echo-cases.js";
import { addEcho } from "../peers/echo-service.js";
import { certificates, type EchoClient, type Feature, fails, withEcho, withFolder } from "./environment.js";

const endMs = 20_000;

async function fourShapes(echo: EchoClient): Promise<void> {
  for (const name of ["unary", "server_stream", "client_stream", "bidi", "large"]) await echoCases[name]!(echo);
}

async function tls(): Promise<void> {
  const { server, ca } = certificates();
  await withEcho(({ echo }) => fourShapes(echo), { listen: { tls: server }, channel: { tls: { ca } } });
}

async function foreignAuthority(): Promise<void> {
  const { server } = certificates();
  const { ca } = createTestCertificates();
  await withEcho(({ echo }) => fails(echo.unary({}, { timeoutMs: endMs }), Status.UNAVAILABLE), {
    listen: { tls: server },
    channel: { tls: { ca } },
  });
}

async function wrongName(): Promise<void> {
  const { server, ca } = certificates();
  await withEcho(({ echo }) => fails(echo.unary({}, { timeoutMs: endMs }), Status.UNAVAILABLE), {
    listen: { tls: server },
    channel: { tls: { ca, serverName: "other.example" } },
  });
}

/** Answers with the name in the client's certificate. */
function addWho(server: Server): void {
  server.add(Echo, { unary: (_request, call) => ({ text: call.peer.subject ?? "nobody" }) }, { allowMissing: true });
}

async function mutualTls(): Promise<void> {
  const { server, client, ca } = createTestCertificates({ clientName: "alice" });
  const listen: ServerListenOptions = { tls: { ...server, ca, clientCertificate: "require" } };
  const shown: ChannelOptions = { tls: { ca, ...client } };
  await withEcho(
    async ({ echo }) => {
      assert.match((await echo.unary({})).text, /alice/);
    },
    { add: addWho, listen, channel: shown },
  );
  await withEcho(({ echo }) => fails(echo.unary({}, { timeoutMs: endMs }), Status.UNAVAILABLE), {
    add: addWho,
    listen,
    channel: { tls: { ca } },
  });
}

async function unixSocket(): Promise<void> {
  await withFolder((folder) =>
    withEcho(({ echo }) => fourShapes(echo), { target: `unix:${join(folder, "echo.sock")}` }),
  );
}

async function names(): Promise<void> {
  await withEcho(async ({ address }) => {
    const port = address.slice(address.lastIndexOf(":") + 1);
    for (const target of [`dns:localhost:${port}`, `ipv4:127.0.0.1:1,127.0.0.1:${port}`]) {
      await using channel = new Channel(target);
      assert.equal((await channel.client(Echo).unary({ text: target })).text, target);
    }
  });
}

async function refused(): Promise<void> {
  const gone = createServer();
  const port = await new Promise<number>((resolve) => {
    gone.listen(0, "127.0.0.1", () => resolve((gone.address() as { port: number }).port));
  });
  await new Promise((resolve) => gone.close(resolve));
  await using channel = new Channel(`127.0.0.1:${port}`);
  await fails(channel.client(Echo).unary({}, { timeoutMs: endMs }), Status.UNAVAILABLE);
}

async function addressInUse(): Promise<void> {
  await withEcho(async ({ address }) => {
    await using second = new Server();
    await assert.rejects(second.listen(address), /in use/);
  });
}

/** Calls that run when a server drains end well; the next one finds the new server. */
async function drainAndReturn(): Promise<void> {
  const first = new Server();
  addEcho(first);
  const address = await first.listen("127.0.0.1:0");
  await using channel = new Channel(address, { backoff: { initialMs: 10, maxMs: 10 } });
  const echo = channel.client(Echo);
  const running = echo.serverStream({ count: 3, sleepMs: 20, text: "whole" });
  const texts: string[] = [(await running.next()).value?.text ?? ""];
  const closing = first.close({ graceMs: endMs });
  for await (const { text } of running) texts.push(text);
  await closing;
  assert.deepEqual(texts, ["whole", "whole", "whole"]);
  await using second = new Server();
  addEcho(second);
  await second.listen(address);
  assert.equal((await echo.unary({ text: "new" }, { waitForReady: true, timeoutMs: endMs })).text, "new");
}

/** A second process of this runtime calls, closes nothing, and must be gone by itself. */
async function endsByItself(): Promise<void> {
  const script = fileURLToPath(new URL("one-call.js", import.meta.url));
  await withEcho(async ({ address }) => {
    const { stdout } = await promisify(execFile)(process.execPath, [script, address], { timeout: endMs });
    assert.equal(stdout.trim(), "one");
  });
}

/** Where calls go over, and how connections come and go. */
export const transportFeatures: readonly Feature[] = [
  { name: "TLS", run: tls },
  { name: "TLS: unknown authority is refused", run: foreignAuthority },
  { name: "TLS: wrong name is refused", run: wrongName },
  { name: "mutual TLS", run: mutualTls },
  { name: "Unix socket", run: unixSocket },
  { name: "names and lists of addresses", run: names },
  { name: "refused connection", run: refused },
  { name: "address in use", run: addressInUse },
  { name: "drain, and a new server", run: drainAndReturn },
  { name: "process ends with a channel open", run: endsByItself },
];
