import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBinary, isMessage, type Message, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { compile } from "../proto/compile.js";
import { wellKnownFiles } from "../proto/well-known.js";
import { countObjects } from "./descriptor-scan.js";

/** Messages below a message, and its unknown fields: what the count is a guess of. */
function messagesIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + messagesIn(one), 0);
  if (!isMessage(value)) return 0;
  const { $unknown = [], ...fields }: Message = value;
  return 1 + $unknown.length + messagesIn(Object.values(fields));
}

function check(file: FileDescriptorProto): void {
  const bytes = toBinary(FileDescriptorProtoSchema, file);
  const made = messagesIn(fromBinary(FileDescriptorProtoSchema, bytes)) - 1;
  const counted = countObjects(bytes);
  // Of options each field counts, which are not all messages.
  assert.ok(counted >= made && counted <= 3 * made + 20, `${file.name}: ${counted} were counted, ${made} are made`);
}

test("counts what decoding makes, and not much more", () => {
  for (const { proto } of wellKnownFiles.values()) check(proto);
  const files = ["channelz", "health", "reflection"].map((name) => `grpc/${name}/v1/${name}.proto`);
  // With comments, so with very many locations.
  for (const file of compile(files, { read: () => undefined }).files) check(file);
});

test("counts fields that are not known, and ends at bytes that are no message", () => {
  assert.equal(countObjects(Uint8Array.of(0xf8, 6, 1, 0xf8, 6, 1)), 2);
  for (const bytes of [
    [],
    [0x22],
    [0x22, 5, 0],
    [0x80],
    [0x27],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  ]) {
    assert.equal(countObjects(Uint8Array.from(bytes)), 0);
  }
  const deep = new Uint8Array(100_000);
  for (let at = 0; at + 2 < deep.length; at += 2) deep.set([0x22, 0x7f], at);
  assert.ok(countObjects(deep) < 100_000);
});
