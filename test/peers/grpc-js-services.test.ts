import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import * as grpc from "@grpc/grpc-js";
import { loadSync, type PackageDefinition } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import * as grpcHealth from "grpc-health-check";
import { Channel, Server } from "peregrine";
import { fromBinary } from "peregrine/protobuf";
import { FileDescriptorProtoSchema } from "peregrine/protobuf/wkt";
import { type Health, health, healthV1, ReflectionClient, reflection } from "peregrine/services";
import { runMain, TestIo } from "../../src/cli/io.testing.js";
import { Echo } from "../gen/echo_pb.js";

// grpc-js' own health and reflection packages with our clients, and grpc-js clients of their definitions with our services.

const protos: Readonly<Record<string, string>> = {
  "shop.proto": `syntax = "proto3"; package shop.v1; import "stock.proto"; import "google/protobuf/timestamp.proto";
    service Orders { rpc Place(Order) returns (Order); rpc Count(stream stock.Item) returns (Order); }
    message Order { string order_id = 1; repeated stock.Item item_list = 2; map<string, Note> by_name = 3; Kind kind = 4;
      google.protobuf.Timestamp placed_at = 5; message Note { string text = 1; Kind kind = 2; Note next_note = 3; } }
    enum Kind { KIND_UNSPECIFIED = 0; KIND_FAST = 1; }`,
  "stock.proto": `syntax = "proto2"; package stock; message Item { optional string full_name = 1; optional Size size = 2;
      enum Size { SMALL = 0; LARGE = 1; } extensions 100 to 199; }
    extend Item { optional string side_note = 100; }`,
};

const loading = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true };

describe("our clients and grpc-js' services", () => {
  let server: grpc.Server;
  let status: grpcHealth.HealthImplementation;
  let dir: string;
  let host: string;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "peregrine-grpc-js-"));
    for (const [name, text] of Object.entries(protos)) writeFileSync(join(dir, name), text);
    const definitions = loadSync(["shop.proto", grpcHealth.protoPath], { ...loading, includeDirs: [dir] });
    server = new grpc.Server();
    const orders = definitions["shop.v1.Orders"] as grpc.ServiceDefinition;
    server.addService(orders, {
      Place: (call: Unary, callback: grpc.sendUnaryData<object>) => callback(null, call.request),
    });
    status = new grpcHealth.HealthImplementation({ "": "SERVING", sick: "NOT_SERVING" });
    status.addToServer(server);
    new ReflectionService(definitions).addToServer(server);
    const port = await new Promise<number>((resolve, reject) => {
      const credentials = grpc.ServerCredentials.createInsecure();
      server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error === null ? resolve(bound) : reject(error)));
    });
    host = `127.0.0.1:${port}`;
  });

  after(() => {
    server.forceShutdown();
    rmSync(dir, { recursive: true });
  });

  test("health: Check, List and Watch", async () => {
    await using channel = new Channel(host);
    const client = channel.client(healthV1.Health);
    const { SERVING, NOT_SERVING } = healthV1.HealthCheckResponse_ServingStatus;
    assert.equal((await client.check({})).status, SERVING);
    assert.deepEqual((await client.list({})).statuses["sick"]?.status, NOT_SERVING);
    const seen: number[] = [];
    for await (const { status: now } of client.watch({ service: "sick" })) {
      seen.push(now);
      if (now === SERVING) break;
      status.setStatus("sick", "SERVING");
    }
    assert.deepEqual(seen, [NOT_SERVING, SERVING]);
    status.setStatus("sick", "NOT_SERVING");
  });

  test("reflection: names are relative, imports and JSON names are not told", async () => {
    await using channel = new Channel(host);
    const client = new ReflectionClient(channel);
    assert.deepEqual(await client.listServices(), ["grpc.health.v1.Health", "shop.v1.Orders"]);
    const orders = await client.findService("shop.v1.Orders");
    assert.equal(orders.method["count"]?.input.typeName, "stock.Item");
    const { field } = orders.method["place"]?.input ?? {};
    assert.equal(field?.["itemList"]?.message?.typeName, "stock.Item");
    assert.equal(field?.["byName"]?.fieldKind, "map");
    assert.equal(field?.["byName"]?.message?.typeName, "shop.v1.Order.Note");
    assert.equal(field?.["placedAt"]?.message?.file.proto.name, "google/protobuf/timestamp.proto");
    const item = await client.find("stock.Item");
    assert.ok(item.kind === "message");
    assert.deepEqual(Object.keys(item.field), ["fullName", "size"]);
    const extensions = await client.findExtensions("stock.Item");
    assert.deepEqual(
      extensions.map(({ typeName }) => typeName),
      ["stock.side_note"],
    );
  });

  test("peregrine list, describe, call and health", async () => {
    assert.equal((await runMain("list", host)).stdout, "grpc.health.v1.Health\nshop.v1.Orders\n");
    const { stdout } = await runMain("describe", host, "shop.v1.Order");
    assert.match(stdout, /\n {2}repeated stock\.Item item_list = 2;\n {2}map<string, Note> by_name = 3;\n/);
    assert.match(stdout, /\n {2}google\.protobuf\.Timestamp placed_at = 5;\n/);
    const order = {
      orderId: "a",
      itemList: [{ fullName: "tea", size: "LARGE", "[stock.side_note]": "hot" }],
      byName: { x: { kind: "KIND_FAST", nextNote: {} } },
      placedAt: "2026-01-02T03:04:05Z",
    };
    const called = await runMain("call", host, "Orders/Place", JSON.stringify(order), "--json");
    assert.deepEqual([called.stderr, JSON.parse(called.stdout)], ["", order]);
    assert.deepEqual(await runMain("health", host), { code: 0, stdout: "SERVING\n", stderr: "" });
    assert.deepEqual(await runMain("health", host, "sick"), { code: 4, stdout: "NOT_SERVING\n", stderr: "" });
    const io = new TestIo("");
    const watching = io.run("health", host, "none", "--watch");
    await io.waitFor("stdout", "SERVICE_UNKNOWN\n");
    io.interrupt();
    await watching;
  });
});

type Unary = grpc.ServerUnaryCall<object, object>;

/** A grpc-js client, as made of a definition. */
type Stub = grpc.Client &
  Record<string, (request: object, callback: grpc.requestCallback<Told>) => grpc.ClientUnaryCall>;
type Told = Record<string, unknown>;

describe("grpc-js clients and our services", () => {
  let server: Server;
  let status: Health;
  let host: string;

  before(async () => {
    status = health().set("sick", "NOT_SERVING");
    server = new Server().add(status, reflection());
    server.add(Echo, { unary: () => ({}) }, { allowMissing: true });
    host = `${await server.listen("127.0.0.1:0")}`;
  });

  after(() => server.close({ graceMs: 0 }));

  function stubOf(service: unknown): Stub {
    const Stub = grpc.makeGenericClientConstructor(service as grpc.ServiceDefinition, "");
    return new Stub(host, grpc.credentials.createInsecure()) as unknown as Stub;
  }

  test("health: Check, List and Watch", async () => {
    const stub = stubOf(grpcHealth.service);
    try {
      const ask = (method: string, request: object): Promise<Told> =>
        new Promise((resolve, reject) => {
          stub[method]?.(request, (error, told) => (error === null ? resolve(told as Told) : reject(error)));
        });
      assert.deepEqual(await ask("check", {}), { status: "SERVING" });
      assert.deepEqual(await ask("check", { service: "peregrine.test.Echo" }), { status: "SERVING" });
      await assert.rejects(ask("check", { service: "none" }), { code: grpc.status.NOT_FOUND });
      const { statuses } = await ask("list", {});
      assert.deepEqual((statuses as Told)["sick"], { status: "NOT_SERVING" });
      const watch = stub["watch"] as unknown as (request: object) => grpc.ClientReadableStream<Told>;
      const call = watch.call(stub, { service: "sick" });
      const seen: unknown[] = [];
      for await (const told of call) {
        seen.push((told as Told)["status"]);
        if (seen.length === 2) break;
        status.set("sick", "SERVING");
      }
      assert.deepEqual(seen, ["NOT_SERVING", "SERVING"]);
    } finally {
      stub.close();
    }
  });

  for (const version of ["v1", "v1alpha"]) {
    test(`reflection ${version}: services, and the file of a symbol`, async () => {
      const stub = stubOf(reflectionDefinitions(version)[`grpc.reflection.${version}.ServerReflection`]);
      try {
        const call = (stub["ServerReflectionInfo"] as unknown as () => grpc.ClientDuplexStream<object, Told>).call(
          stub,
        );
        const answers = call[Symbol.asyncIterator]() as AsyncIterator<Told>;
        const ask = async (request: object): Promise<Told> => {
          call.write(request);
          return (await answers.next()).value as Told;
        };
        const { list_services_response: listed } = await ask({ list_services: "*" });
        assert.deepEqual(
          (listed as { service: { name: string }[] }).service.map(({ name }) => name),
          [
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection",
            "peregrine.test.Echo",
          ],
        );
        const symbol = { file_containing_symbol: "peregrine.test.Echo" };
        const found = await ask({ host: "h", ...symbol });
        assert.deepEqual(found["original_request"], {
          host: "h",
          message_request: "file_containing_symbol",
          ...symbol,
        });
        const { file_descriptor_proto: files } = found["file_descriptor_response"] as {
          file_descriptor_proto: Buffer[];
        };
        assert.equal(fromBinary(FileDescriptorProtoSchema, files[0] as Buffer).name, Echo.file.proto.name);
        const missing = await ask({ file_containing_symbol: "no.Such" });
        assert.deepEqual(missing["error_response"], { error_code: 5, error_message: "not found: symbol no.Such" });
        call.end();
        assert.equal((await answers.next()).done, true);
      } finally {
        stub.close();
      }
    });
  }
});

/** Of the package's own `.proto` files. */
function reflectionDefinitions(version: string): PackageDefinition {
  const folder = dirname(createRequire(import.meta.url).resolve("@grpc/reflection/package.json"));
  return loadSync(join(folder, "build", "proto", "grpc", "reflection", version, "reflection.proto"), loading);
}
