import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, describe, it } from "node:test";
import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Channel, Server, Status } from "../../src/index.js";
import { type DynamicService, loadProtoSync, type MethodShapes } from "../../src/proto.js";
import { Health, HealthCheckResponse_ServingStatus as Serving } from "../../src/services/grpc/health/v1/health_pb.js";
import { ServerReflection } from "../../src/services/grpc/reflection/v1/reflection_pb.js";
import { health, reflection } from "../../src/services/index.js";

const dir = mkdtempSync(join(tmpdir(), "peregrine-removing-"));
after(() => rmSync(dir, { recursive: true }));

/** A service whose messages, in a file of their own, have a field of this name. */
function load<const Shapes extends MethodShapes>(
  field: string,
  methods: string,
  shapes: Shapes,
): DynamicService<Shapes> {
  const head = 'syntax = "proto3"; package t;';
  writeFileSync(join(dir, "m.proto"), `${head} message M { string ${field} = 1; }`);
  writeFileSync(join(dir, "t.proto"), `${head} import "m.proto"; service S { rpc Get(M) returns (M); ${methods} }`);
  return loadProtoSync(join(dir, "t.proto")).service("t.S", shapes);
}

const first = load("old", "rpc Watch(M) returns (stream M);", { get: "unary", watch: "server_streaming" });
const second = load("young", "", { get: "unary" });

let server: Server;
let channel: Channel;
let goOn: () => void;
const peers = new Set<string>();

beforeEach(async () => {
  server = new Server().add(health(), reflection());
  const wait = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  server.add(first, {
    get: (_, { peer }) => {
      peers.add(peer.address);
      return { old: "a" };
    },
    async *watch() {
      yield { old: "b" };
      await wait;
      yield { old: "c" };
    },
  });
  channel = new Channel(await server.listen("127.0.0.1:0"));
});
afterEach(async () => {
  await channel.close({ graceMs: 0 });
  await server.close({ graceMs: 0 });
});

function replace(): void {
  assert.equal(server.remove(first), true);
  const get = (_: unknown, { peer }: { peer: { address: string } }): object => {
    peers.add(peer.address);
    return { young: "d" };
  };
  server.add(second, { get }, { allowMissing: true });
}

describe("a service that is removed", { timeout: 20_000 }, () => {
  it("lets calls end that have begun, and is unknown to others", async () => {
    const replies = channel.client(first).watch({})[Symbol.asyncIterator]();
    assert.equal((await replies.next()).value?.["old"], "b");
    assert.equal(server.remove(first), true);
    assert.equal(server.remove(first), false);
    assert.ok(!server.services.includes(first));
    await assert.rejects(channel.client(first).get({}), { code: Status.UNIMPLEMENTED, message: "unknown service t.S" });
    goOn();
    assert.equal((await replies.next()).value?.["old"], "c");
    assert.equal((await replies.next()).done, true);
  });

  it("can be added again with another definition, for the same connections", async () => {
    peers.clear();
    const replies = channel.client(first).watch({})[Symbol.asyncIterator]();
    await replies.next();
    assert.equal((await channel.client(first).get({}))["old"], "a");
    replace();
    assert.equal((await channel.client(second).get({}))["young"], "d");
    await assert.rejects(async () => {
      for await (const _ of channel.client(first).watch({})) assert.fail("the method is gone");
    }, /unknown method Watch/);
    goOn();
    assert.equal((await replies.next()).value?.["old"], "c");
    await replies.return?.();
    assert.equal(peers.size, 1);
  });

  it("is told of by health", async () => {
    const seen = channel.client(Health).watch({ service: "t.S" })[Symbol.asyncIterator]();
    assert.equal((await seen.next()).value?.status, Serving.SERVING);
    server.remove(first);
    assert.equal((await seen.next()).value?.status, Serving.SERVICE_UNKNOWN);
    await assert.rejects(channel.client(Health).check({ service: "t.S" }), { code: Status.NOT_FOUND });
    server.add(second, {}, { allowMissing: true });
    assert.equal((await seen.next()).value?.status, Serving.SERVING);
    await seen.return?.();
  });

  it("is told of by reflection as it is then, also in a conversation that goes on", async () => {
    let ask: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    const question = { messageRequest: { case: "fileContainingSymbol", value: "t.S" } } as const;
    async function* questions() {
      yield question;
      await asked;
      yield question;
    }
    const fields: (string | undefined)[] = [];
    for await (const { messageResponse } of channel.client(ServerReflection).serverReflectionInfo(questions())) {
      assert.equal(messageResponse.case, "fileDescriptorResponse");
      const files = messageResponse.value.fileDescriptorProto.map((one) => fromBinary(FileDescriptorProtoSchema, one));
      fields.push(files.find(({ name }) => name === "m.proto")?.messageType[0]?.field[0]?.name);
      if (fields.length === 1) replace();
      ask();
    }
    assert.deepEqual(fields, ["old", "young"]);
  });
});
