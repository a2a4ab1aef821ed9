import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/files.js";
import type { Consumer } from "./consumers-table.js";

const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly dependencies: Readonly<Record<string, string>>;
};
const range = dependencies["@bufbuild/protobuf"] as string;

const proto = `syntax = "proto3";
package hello;
import "google/protobuf/any.proto";
import "google/protobuf/timestamp.proto";
service HelloService {
  rpc SayHello(HelloRequest) returns (HelloReply);
  rpc Repeat(HelloRequest) returns (stream HelloReply);
  rpc Join(stream HelloRequest) returns (HelloReply);
  rpc Echo(stream HelloRequest) returns (stream HelloReply);
}
enum Kind { KIND_UNKNOWN = 0; KIND_FRIEND = 1; }
message HelloRequest {
  string name = 1;
  google.protobuf.Timestamp at = 2;
  google.protobuf.Any extra = 3;
  oneof photo { bytes png = 4; string url = 5; }
  map<string, int64> counts = 6;
  Kind kind = 7;
}
message HelloReply { string message = 1; google.protobuf.Timestamp at = 2; }
`;

/** Uses all entries of this package for their types, and sends messages of both copies, with generated code for both. */
const program = `
import { deepEqual, equal } from "node:assert/strict";
import { existsSync } from "node:fs";
import { create, equals, fromBinary, toBinary, toJsonString } from "@bufbuild/protobuf";
import { anyPack, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Channel, detail, RpcError, Server, Status, type ServiceImpl } from "peregrine";
import { loadProto } from "peregrine/proto";
import * as ours from "peregrine/protobuf";
import * as wkt from "peregrine/protobuf/wkt";
import { ErrorInfoSchema } from "peregrine/rpc";
import { channelz, health, reflection } from "peregrine/services";
import { startInMemory } from "peregrine/testing";
import * as es from "./es/hello_pb.js";
import * as own from "./gen/hello_pb.js";

// One copy for the types of both, or the compiler takes the types of one for those of another.
equal(existsSync("node_modules/peregrine/node_modules"), false);
equal(wkt.CppFileOptionsSchema.typeName, "pb.file.CppFileOptions");

const implementation: ServiceImpl<typeof es.HelloService> = {
  sayHello: ({ name, at }) => {
    if (name === "") throw new RpcError(Status.INVALID_ARGUMENT, "no name", { details: [detail(ErrorInfoSchema, { reason: "EMPTY" })] });
    return create(es.HelloReplySchema, { message: "Hello, " + name, ...(at && { at }) });
  },
  async *repeat({ name }) { yield { message: name }; yield ours.create(own.HelloReplySchema, { message: name }); },
  async join(requests) { let message = ""; for await (const { name } of requests) message += name; return { message }; },
  async *echo(requests) { for await (const { name } of requests) yield { message: name }; },
};

async function use(service: typeof es.HelloService | typeof own.HelloService, schema: typeof es.HelloRequestSchema | typeof own.HelloRequestSchema): Promise<string> {
  const server = new Server();
  server.add(service, implementation);
  server.add(health(), reflection(), channelz());
  const channel = new Channel(await server.listen("127.0.0.1:0"));
  const client = channel.client(service);
  const init = {
    name: "consumer",
    at: timestampFromMs(5_000),
    photo: { case: "png" as const, value: new Uint8Array([1]) },
    counts: { a: 1n },
    kind: es.Kind.FRIEND,
    extra: anyPack(es.HelloReplySchema, create(es.HelloReplySchema, { message: "packed" })),
  };
  const all = async (stream: AsyncIterable<{ message: string }>) => { const texts: string[] = []; for await (const { message } of stream) texts.push(message); return texts; };
  try {
    for (const request of [create(schema, init), ours.create(schema, init)]) {
      const reply = await client.sayHello(request, { timeoutMs: 10_000 });
      equal(toJsonString(es.HelloReplySchema, reply), '{"message":"Hello, consumer","at":"1970-01-01T00:00:05Z"}');
      equal(ours.toJsonString(own.HelloReplySchema, reply), toJsonString(es.HelloReplySchema, reply));
      deepEqual(await all(client.repeat(request)), ["consumer", "consumer"]);
      deepEqual(await all(client.echo([request, { name: "b" }])), ["consumer", "b"]);
      equal((await client.join([{ name: "a" }, request])).message, "aconsumer");
      const bytes = ours.toBinary(schema, request);
      deepEqual(bytes, toBinary(schema, request));
      equal(equals(schema, fromBinary(schema, bytes), ours.fromBinary(schema, bytes)), true);
    }
    const error = await client.sayHello({}).then(() => undefined, (thrown: unknown) => thrown);
    equal(error instanceof RpcError && error.findDetails(ErrorInfoSchema)[0]?.reason, "EMPTY");
    const loaded = await loadProto("hello.proto");
    return (await channel.client(loaded.service("hello.HelloService")).sayHello!({ name: "consumer" })).message as string;
  } finally {
    await channel.close();
    await server.close();
  }
}

const inMemory = await startInMemory((server) => { server.add(own.HelloService, implementation); });
equal((await inMemory.channel.client(es.HelloService).sayHello({ name: "memory" })).message, "Hello, memory");
await inMemory.close();
await use(es.HelloService, es.HelloRequestSchema);
console.log(await use(own.HelloService, own.HelloRequestSchema));
`;

const config = {
  compilerOptions: {
    target: "ES2022",
    lib: ["ES2023", "ESNext.Disposable"],
    types: ["node"],
    module: "NodeNext",
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    outDir: "dist",
  },
  include: ["*.ts", "gen/*.ts", "es/*.ts"],
};

function withVersion(name: string, version: string): Consumer {
  return {
    name: `protobuf-es, ${name} (${version})`,
    packages: [`@bufbuild/protobuf@${version}`, "typescript@7", "@types/node@20"],
    manifest: { type: "module" },
    generate: [],
    files: { "hello.proto": proto, "main.ts": program, "tsconfig.json": JSON.stringify(config) },
    commands: [
      ["peregrine", "generate", "hello.proto", "--out", "es", "--runtime", "protobuf-es"],
      ["tsc"],
      ["node", "dist/main.js"],
    ],
  };
}

/** The runtime library that a project has besides ours, at both ends of the range that package.json asks for. */
export const protobufEs: readonly Consumer[] = [
  withVersion("lowest", range.replace(/^\^/, "")),
  withVersion("newest", range),
];
