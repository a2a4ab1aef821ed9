import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBinary, type JsonObject, toJson } from "@bufbuild/protobuf";
import { compile } from "../proto/compile.js";
import { registryOf } from "../proto/registry.js";
import type { RequestPlace } from "./placeholder.js";
import { parseRequests, RequestSource } from "./requests.js";

const text = `syntax = "proto3"; package t;
  import "google/protobuf/timestamp.proto"; import "google/protobuf/wrappers.proto";
  message M {
    string name = 1; int32 id = 2; int64 big = 3; double d = 4; bool b = 5; bytes data = 6; Kind kind = 7;
    M child = 8; repeated M items = 9; repeated int32 numbers = 10; map<string, int32> counts = 11;
    google.protobuf.Timestamp at = 12; google.protobuf.Int32Value wrapped = 13;
    oneof one { string text = 14; uint32 number = 15; M sub = 16; }
  }
  enum Kind { KIND_A = 0; KIND_B = 1; KIND_C = 2; }`;
const compiled = compile(["t.proto"], {
  read: (path) => (path === "t.proto" ? { text, displayPath: path } : undefined),
});
const registry = registryOf(compiled.files);
const schema = registry.getMessage("t.M") as NonNullable<ReturnType<typeof registry.getMessage>>;

function sourceOf(data: string | undefined, withTemplates: boolean = true): RequestSource {
  const sources = { random: Math.random, nowEpochMs: () => 1_700_000_000_500 };
  return new RequestSource(schema, parseRequests(data, { schema, registry, sources, withTemplates }));
}

function made(source: RequestSource, index: number, place: Partial<RequestPlace> = {}): JsonObject {
  const full = { counter: index, message: 0, worker: 0, connection: 0, ...place };
  const { bytes } = source.make(index, full);
  return toJson(schema, fromBinary(schema, bytes.subarray(5)), { registry }) as JsonObject;
}

test("without data, requests are empty", () => {
  assert.deepEqual(made(sourceOf(undefined), 0), {});
});

test("numbers may have placeholders, in quotes or not", () => {
  const source = sourceOf(
    '{"id": {{counter}}, "big": "{{counter}}", "d": {{counter}}, "name": "u-{{counter}}-{{worker}}"}',
  );
  assert.deepEqual(made(source, 7, { worker: 3 }), { id: 7, big: "7", d: 7, name: "u-7-3" });
  assert.deepEqual(made(source, 0), { name: "u-0-0" });
});

test("fields of every kind may have placeholders, at any depth", () => {
  const source = sourceOf(`{
    "child": {"child": {"id": "{{counter}}"}}, "items": [{"id": {{counter}}}, {"name": "fixed"}],
    "numbers": ["{{counter}}", 1], "counts": {"k{{counter}}": "{{counter}}"}, "kind": "{{counter}}",
    "at": "{{timestamp}}", "wrapped": "{{counter}}", "b": "{{randomBool}}", "data": "{{randomBytes 3}}", "text": "t{{counter}}" }`);
  const first = made(source, 1);
  const second = made(source, 2);
  assert.deepEqual(second["child"], { child: { id: 2 } });
  assert.deepEqual(second["items"], [{ id: 2 }, { name: "fixed" }]);
  assert.deepEqual(second["numbers"], [2, 1]);
  assert.deepEqual(second["counts"], { k2: 2 });
  assert.equal(first["kind"], "KIND_B");
  assert.equal(second["kind"], "KIND_C");
  assert.equal(second["at"], "2023-11-14T22:13:20.500Z");
  assert.equal(second["wrapped"], 2);
  assert.equal(second["text"], "t2");
  assert.equal(Buffer.from(second["data"] as string, "base64").length, 3);
  assert.notEqual(first["data"], second["data"]);
});

test("a field that is rebuilt goes back to nothing when that is its value", () => {
  const source = sourceOf('{"kind": "{{counter}}", "wrapped": "{{counter}}"}');
  assert.equal(made(source, 1)["kind"], "KIND_B");
  assert.equal(made(source, 0)["kind"], undefined);
  assert.equal(made(source, 0)["wrapped"], 0);
});

test("random values are in their range, and other ones each time", () => {
  const source = sourceOf(
    '{"id": {{randomInt 5 6}}, "name": "{{uuid}}", "d": {{randomFloat 1 2}}, "text": "{{randomString 12}}"}',
  );
  const all = Array.from({ length: 50 }, (_, i) => made(source, i));
  assert.deepEqual([...new Set(all.map(({ id }) => id))].sort(), [5, 6]);
  assert.equal(new Set(all.map(({ name }) => name)).size, 50);
  for (const { name, d, text: word } of all) {
    assert.match(name as string, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.ok((d as number) >= 1 && (d as number) < 2);
    assert.match(word as string, /^[A-Za-z0-9]{12}$/);
  }
});

test("lists of requests are taken round and round, as an array or by lines", () => {
  for (const data of ['[{"id": 1}, {"id": 2}, {"id": {{counter}}}]', '{"id": 1}\n{"id": 2}\n\n{"id": {{counter}}}\n']) {
    const source = sourceOf(data);
    assert.equal(source.length, 3);
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map((i) => made(source, i)["id"]),
      [1, 2, 2, 1, 2, 5],
    );
  }
});

test("braces mean themselves where templates are off", () => {
  assert.deepEqual(made(sourceOf('{"name": "{{counter}}"}', false), 5), { name: "{{counter}}" });
});

test("mistakes are told before the first call", () => {
  const wrong: [string, RegExp][] = [
    ['{"id": "{{uuid}}"}', /t\.M\.id/],
    ['{"nme": 1}', /nme/],
    ['{"name": "{{conter}}"}', /no placeholder \{\{conter\}\}; there are \{\{counter\}\}/],
    ['{"id": {{randomInt 9 1}}}', /the smaller one first/],
    ['{"id": {{randomInt 1}}}', /must be \{\{randomInt MIN MAX\}\}/],
    ['{"name": "{{randomString -1}}"}', /whole number from 0/],
    ['{"id": 1', /no JSON/],
    ['{"id": 1}\n{"id": ]}', /line 2/],
    ['[{"id": 1}, {"id": "x"}]', /request 2 of 2: .*t\.M\.id/],
    ["[]", /empty list/],
  ];
  for (const [data, message] of wrong) assert.throws(() => sourceOf(data), message, data);
});
