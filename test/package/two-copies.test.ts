import assert from "node:assert/strict";
import { test } from "node:test";
import * as own from "@bufbuild/protobuf";
import {
  AnySchema,
  anyPack,
  anyUnpack,
  FileDescriptorSetSchema,
  StructSchema,
  timestampFromMs,
} from "@bufbuild/protobuf/wkt";
import { Channel, RpcError, Server, Status } from "peregrine";
import { compile } from "peregrine/proto";
import * as ours from "peregrine/protobuf";
import * as wkt from "peregrine/protobuf/wkt";
import { ErrorInfoSchema } from "peregrine/rpc";

// The package holds the runtime library; a program whose generated code imports `@bufbuild/protobuf` has another copy.

const source = `
edition = "2023";
package two;
import "google/protobuf/any.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
message Note {
  string text = 1;
  google.protobuf.Any extra = 2;
  google.protobuf.Struct data = 3;
  google.protobuf.Timestamp at = 4;
  map<string, int64> counts = 5;
  oneof kind { bool yes = 6; bytes raw = 7; }
  bytes seal = 8;
  bytes stamp = 9 [default = "ab"];
  extensions 100 to 200;
}
extend Note { string tag = 100; }
service Notes {
  rpc Echo(Note) returns (Note);
  rpc All(stream Note) returns (stream Note);
}`;

/** The descriptors as the other copy makes them of the bytes that a compiler writes. */
function loadWithOwn(): own.FileRegistry {
  const { files, diagnostics } = compile(["two.proto"], {
    read: (path) => (path === "two.proto" ? { text: source, displayPath: path } : undefined),
  });
  assert.deepEqual(diagnostics, []);
  const set = ours.toBinary(wkt.FileDescriptorSetSchema, ours.create(wkt.FileDescriptorSetSchema, { file: files }));
  return own.createFileRegistry(own.fromBinary(FileDescriptorSetSchema, set));
}

const registry = loadWithOwn();
const NoteSchema = registry.getMessage("two.Note") as own.DescMessage;
const Notes = registry.getService("two.Notes") as own.DescService;
const tag = registry.getExtension("two.tag") as own.DescExtension;

function note(): own.Message {
  const extra = anyPack(
    StructSchema,
    own.create(StructSchema, { fields: { a: { kind: { case: "boolValue", value: true } } } }),
  );
  const init = {
    text: "hello",
    extra,
    data: { list: [1, "x", null] },
    at: timestampFromMs(1_700_000_000_123),
    counts: { a: 1n },
    kind: { case: "raw", value: Uint8Array.of(1, 2) },
  };
  const message = own.create(NoteSchema, init as never);
  own.setExtension(message as never, tag as never, "label" as never);
  return message;
}

test("the two are not one", () => {
  assert.notEqual(own.create, ours.create);
});

test("bytes, JSON, equality and extensions go from one copy to the other", () => {
  const message = note();
  const bytes = ours.toBinary(NoteSchema, message);
  assert.deepEqual(Buffer.from(bytes), Buffer.from(own.toBinary(NoteSchema, message)));
  const read = ours.fromBinary(NoteSchema, bytes);
  assert.ok(own.isMessage(read, NoteSchema));
  assert.ok(own.equals(NoteSchema, read, message));
  assert.ok(ours.equals(NoteSchema, read, message));
  assert.equal(own.getExtension(read as never, tag as never), "label");
  assert.equal(ours.getExtension(read as never, tag as never), "label");
  const json = ours.toJson(NoteSchema, message, { registry });
  assert.deepEqual(json, own.toJson(NoteSchema, read, { registry }));
  assert.ok(own.equals(NoteSchema, ours.fromJson(NoteSchema, json, { registry }), message));
  assert.ok(ours.isMessage(ours.clone(NoteSchema, message), NoteSchema));
});

test("fields that nobody set stay unset, with defaults of which each copy has its own", () => {
  const json = own.toJson(NoteSchema, own.create(NoteSchema, { text: "a" } as never));
  const made = [
    own.create(NoteSchema, { text: "a" } as never),
    own.fromJson(NoteSchema, json),
    own.clone(NoteSchema, own.create(NoteSchema, { text: "a" } as never)),
    own.fromBinary(NoteSchema, Uint8Array.of(10, 1, 97)),
  ];
  for (const message of made) assert.deepEqual([...ours.toBinary(NoteSchema, message)], [10, 1, 97]);
});

test("well-known types of one copy are those of the other", () => {
  const packed = wkt.anyPack(wkt.TimestampSchema, wkt.timestampFromMs(5));
  const unpacked = anyUnpack(packed, own.createRegistry(wkt.TimestampSchema, AnySchema));
  assert.ok(own.isMessage(unpacked, wkt.TimestampSchema));
  assert.ok(wkt.anyIs(packed, wkt.TimestampSchema));
});

test("a service of the other copy is served and called, details and all", async () => {
  const server = new Server();
  server.add(
    Notes as never,
    {
      echo: (request: { text: string }) => {
        if (request.text === "fail") {
          throw new RpcError(Status.ABORTED, "no", { details: [{ schema: ErrorInfoSchema, value: { reason: "NO" } }] });
        }
        return request;
      },
      all: (requests: AsyncIterable<object>) => requests,
    } as never,
  );
  const address = await server.listen("127.0.0.1:0");
  await using channel = new Channel(address);
  const client = channel.client(Notes) as unknown as {
    echo(request: object): Promise<own.Message>;
    all(requests: Iterable<object>): AsyncIterable<own.Message>;
  };
  assert.ok(own.equals(NoteSchema, await client.echo(note()), note()));
  for await (const one of client.all([note(), note()])) assert.ok(own.equals(NoteSchema, one, note()));
  await assert.rejects(client.echo({ text: "fail" }), (error) => {
    assert.ok(error instanceof RpcError);
    assert.equal(error.findDetails(ErrorInfoSchema)[0]?.reason, "NO");
    return true;
  });
  await server.close();
});
