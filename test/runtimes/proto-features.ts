import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { toBinary as referenceToBinary } from "@bufbuild/protobuf";
import { Channel, Server } from "peregrine";
import { loadProto } from "peregrine/proto";
import { create, fromBinary, fromJsonString, toBinary, toJsonString } from "peregrine/protobuf";
import { root } from "../../tools/files.js";
import { EchoRequestSchema, EchoSummarySchema } from "../gen/echo_pb.js";
import { type Feature, withFolder } from "./environment.js";

const commandMs = 30_000;

const greeter = `syntax = "proto3";
package greet;
service Greeter { rpc SayHello(Hello) returns (Hello); }
message Hello { string name = 1; map<string, int64> counts = 2; oneof kind { bool short = 3; double weight = 4; } }
`;

function writeGreeter(folder: string): string {
  const protos = join(folder, "protos");
  mkdirSync(protos);
  writeFileSync(join(protos, "greet.proto"), greeter);
  return protos;
}

async function loaded(): Promise<void> {
  await withFolder(async (folder) => {
    const service = (await loadProto(writeGreeter(folder))).service("greet.Greeter", { sayHello: "unary" });
    await using server = new Server();
    server.add(service, { sayHello: ({ name, counts }) => ({ name: `Hello, ${String(name)}`, counts }) });
    await using channel = new Channel(await server.listen("127.0.0.1:0"));
    const reply = await channel.client(service).sayHello({ name: "Alice", counts: { a: 1n } });
    assert.deepEqual([reply["name"], reply["counts"]], ["Hello, Alice", { a: 1n }]);
  });
}

/** Our codec against that of protobuf-es, both ways, and JSON. */
async function codec(): Promise<void> {
  const payload = Uint8Array.from({ length: 1_000 }, (_, i) => i);
  const request = create(EchoRequestSchema, { payload, text: "Grüße ☺ 🎈", count: -1, echoHeaders: ["a", "", "b"] });
  const bytes = toBinary(EchoRequestSchema, request);
  assert.deepEqual(Buffer.from(bytes), Buffer.from(referenceToBinary(EchoRequestSchema, request)));
  assert.deepEqual(fromBinary(EchoRequestSchema, bytes), request);
  const summary = create(EchoSummarySchema, { count: 2 ** 31 - 1, payloadBytes: -(2n ** 63n) });
  assert.deepEqual(fromBinary(EchoSummarySchema, toBinary(EchoSummarySchema, summary)), summary);
  const text = toJsonString(EchoSummarySchema, summary);
  assert.deepEqual(fromJsonString(EchoSummarySchema, text), summary);
}

/** The command, as a process of this runtime. It has nothing to complain about. */
async function peregrine(...args: string[]): Promise<string> {
  const command = [join(root, "bin/peregrine.js"), ...args];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { timeout: commandMs });
  assert.equal(stderr, "");
  return stdout;
}

async function generate(): Promise<void> {
  await withFolder(async (folder) => {
    const out = join(folder, "gen");
    await peregrine("generate", writeGreeter(folder), "--out", out);
    assert.match(readFileSync(join(out, "greet_pb.ts"), "utf8"), /export const Greeter: GenService/);
  });
}

async function build(): Promise<void> {
  await withFolder(async (folder) => {
    const out = join(folder, "set.binpb");
    await peregrine("build", writeGreeter(folder), "--out", out);
    assert.ok(existsSync(out) && readFileSync(out).includes("greet.Hello"));
  });
}

async function badProto(): Promise<void> {
  await withFolder(async (folder) => {
    writeFileSync(join(folder, "bad.proto"), 'syntax = "proto3";\nmessage A { Missing b = 1; }\n');
    await assert.rejects(loadProto(folder), /bad\.proto:2:13/);
  });
}

/** From `.proto` files to messages, in the program and by command. */
export const protoFeatures: readonly Feature[] = [
  { name: "loadProto: a service without generated code", run: loaded },
  { name: "loadProto: errors with their place", run: badProto },
  { name: "codec, against protobuf-es", run: codec },
  { name: "peregrine generate", run: generate },
  { name: "peregrine build", run: build },
];
