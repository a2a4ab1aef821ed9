import assert from "node:assert/strict";
import { test } from "node:test";
import { create, fromJson, type MessageInitShape, toBinary, toJson } from "@bufbuild/protobuf";
import {
  type FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  TimestampSchema,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { DescriptorPool } from "./descriptor-pool.js";
import { reflectionClientLimits } from "./limits.js";

type FieldInit = MessageInitShape<typeof FieldDescriptorProtoSchema>;
type FileInit = MessageInitShape<typeof FileDescriptorProtoSchema>;

function bytesOf(file: FileInit): Uint8Array {
  return toBinary(FileDescriptorProtoSchema, create(FileDescriptorProtoSchema, file));
}

/** A pool of files as servers send them, which the compiler would not write. */
function poolOf(...files: readonly FileInit[]): DescriptorPool {
  const pool = new DescriptorPool(reflectionClientLimits);
  pool.add(files.map(bytesOf), {});
  return pool;
}

const { MESSAGE, ENUM, STRING } = Type;

function field(name: string, number: number, typeName: string, type: Type = MESSAGE): FieldInit {
  return { name, number, type, ...(typeName === "" ? {} : { typeName }) };
}

test("looks relative names up from the inside to the outside", () => {
  const pool = poolOf({
    name: "x.proto",
    package: "a.b",
    messageType: [
      {
        name: "M",
        field: [
          field("own", 1, "Inner"),
          field("around", 2, "Other"),
          field("partly", 3, "b.Other"),
          field("whole", 4, "a.b.M.Inner"),
          field("full", 5, ".a.b.Other"),
          field("e", 6, "E", ENUM),
        ],
        nestedType: [{ name: "Inner", field: [field("up", 1, "M"), field("it", 2, "Inner")] }],
        enumType: [{ name: "E", value: [{ name: "Z", number: 0 }] }],
      },
      { name: "Inner" },
      { name: "Other" },
    ],
    enumType: [{ name: "E", value: [{ name: "Y", number: 0 }] }],
    service: [{ name: "S", method: [{ name: "Do", inputType: "M", outputType: "M.Inner" }] }],
  });
  const registry = pool.registry();
  const fields = registry.getMessage("a.b.M")?.fields ?? [];
  assert.deepEqual(
    fields.map((one) => (one.message ?? one.enum)?.typeName),
    ["a.b.M.Inner", "a.b.Other", "a.b.Other", "a.b.M.Inner", "a.b.Other", "a.b.M.E"],
  );
  const inner = registry.getMessage("a.b.M.Inner")?.fields ?? [];
  assert.deepEqual(
    inner.map(({ message }) => message?.typeName),
    ["a.b.M", "a.b.M.Inner"],
  );
  const method = registry.getService("a.b.S")?.methods[0];
  assert.deepEqual([method?.input.typeName, method?.output.typeName], ["a.b.M", "a.b.M.Inner"]);
});

test("a name that is no type is told", () => {
  const pool = poolOf({ name: "x", package: "a", messageType: [{ name: "M", field: [field("f", 1, "a")] }] });
  assert.throws(() => pool.registry(), /type_name a not found/);
});

test("gives fields the JSON names that are not told, and leaves those that are", () => {
  const own = { ...field("other_name", 2, "", STRING), jsonName: "mine" };
  const pool = poolOf({
    name: "x",
    syntax: "proto3",
    messageType: [{ name: "M", field: [field("one_name", 1, "", STRING), own] }],
  });
  const schema = pool.registry().getMessage("M");
  assert.ok(schema !== undefined);
  const json = { oneName: "a", mine: "b" };
  assert.deepEqual(toJson(schema, fromJson(schema, json)), json);
});

test("finds what is referred to and not imported, also types of the runtime library", () => {
  const pool = poolOf(
    {
      name: "user",
      package: "a",
      messageType: [
        {
          name: "M",
          field: [
            field("n", 1, "b.N"),
            field("at", 2, "google.protobuf.Timestamp"),
            field("no", 3, "google.protobuf.Mine"),
          ],
        },
      ],
      extension: [{ ...field("ext", 10, "", STRING), extendee: "b.N" }],
    },
    { name: "used", package: "b", messageType: [{ name: "N", extensionRange: [{ start: 10, end: 11 }] }] },
    // As @grpc/reflection has it: all of a package in one file, whatever was imported.
    {
      name: "google_protobuf",
      package: "google.protobuf",
      messageType: [{ name: "Timestamp", field: [field("seconds", 1, "", STRING)] }, { name: "Mine" }],
    },
  );
  const registry = pool.registry();
  const imports = registry.getFile("user")?.dependencies.map(({ proto }) => proto.name);
  assert.deepEqual(imports?.sort(), ["google/protobuf/timestamp.proto", "google_protobuf", "used"]);
  const schema = registry.getMessage("a.M");
  assert.equal(schema?.field["n"]?.message, registry.getMessage("b.N"));
  assert.equal(schema?.field["no"]?.message?.file.proto.name, "google_protobuf");
  assert.equal(registry.getExtension("a.ext")?.extendee.typeName, "b.N");
  assert.equal(schema?.field["at"]?.message?.proto, TimestampSchema.proto);
  assert.equal(registry.getMessage("google.protobuf.Timestamp")?.proto, TimestampSchema.proto);
});

test("leaves imports as they are where what they import is seen through them", () => {
  const pool = poolOf(
    { name: "user", dependency: ["between"], messageType: [{ name: "M", field: [field("n", 1, ".N")] }] },
    { name: "between", dependency: ["used"], publicDependency: [0] },
    { name: "used", messageType: [{ name: "N" }] },
  );
  assert.deepEqual(pool.registry().getFile("user")?.proto.dependency, ["between"]);
});

test("forgets files that do not fit, and goes on with the others", () => {
  const pool = poolOf({ name: "x", messageType: [{ name: "M" }] });
  const good = pool.registry();
  const asker = {};
  pool.add([bytesOf({ name: "y", messageType: [{ name: "N", field: [field("f", 1, "No")] }] })], asker);
  assert.throws(() => pool.registry(), /type_name No not found/);
  pool.forget({});
  assert.throws(() => pool.registry(), /type_name No not found/);
  pool.forget(asker);
  assert.deepEqual([...pool.registry()].map(String), [...good].map(String));
  pool.add([bytesOf({ name: "z", messageType: [{ name: "O", field: [field("f", 1, "N")] }] })], {});
  assert.throws(() => pool.registry(), /type_name .*N not found/);
});

test("leaves copies of extensions out", () => {
  const pool = poolOf({
    name: "x",
    messageType: [
      {
        name: "M",
        field: [field("a", 1, "", STRING), field(".M.b", 10, "", STRING)],
        extensionRange: [{ start: 10, end: 20 }],
      },
    ],
  });
  assert.deepEqual(Object.keys(pool.registry().getMessage("M")?.field ?? {}), ["a"]);
});

/** Messages in messages, one type name each. */
function nested(depth: number, name: string): NonNullable<FileInit["messageType"]>[number] {
  let message: NonNullable<FileInit["messageType"]>[number] = { name };
  for (let i = 1; i < depth; i++) message = { name, nestedType: [message] };
  return message;
}

for (const [what, file] of Object.entries<FileInit>({
  "a long package": { package: "p".repeat(501) },
  "a package of many parts": { package: Array(65).fill("p").join(".") },
  "a long name": { messageType: [{ name: "M".repeat(501) }] },
  "a long name of all together": { package: "p".repeat(250), messageType: [nested(3, "M".repeat(100))] },
  "a long enum": { enumType: [{ name: "E".repeat(501) }] },
  "messages in messages": { messageType: [nested(65, "M")] },
})) {
  test(`a server cannot harm by ${what}`, () => {
    assert.throws(
      () => poolOf({ name: "x", ...file }),
      (error: unknown) => {
        assert.ok(error instanceof RpcError);
        assert.equal(error.code, Status.RESOURCE_EXHAUSTED);
        assert.match(error.message, /longer than 500 characters or has more than 64 parts: .{1,103}$/);
        return true;
      },
    );
  });
}

test("names at the limits are taken", () => {
  const pool = poolOf({
    name: "x",
    package: "p".repeat(250),
    messageType: [nested(63, "M"), { name: "N".repeat(249) }],
  });
  assert.ok(pool.registry().getMessage(`${"p".repeat(250)}.${"N".repeat(249)}`) !== undefined);
});
