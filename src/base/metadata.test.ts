import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { Metadata, type MetadataInit } from "./metadata.js";

// Rules of docs/specification.md: wire:metadata-bin, wire:metadata-ascii, wire:metadata-keys, wire:metadata-reserved.

const bytes = Uint8Array.of(0, 255, 1);

describe("keys and values", () => {
  test("a key has several values, in order, and its case does not matter", () => {
    const metadata = new Metadata().append("Key", "1").append("other", "x").append("KEY", "2");
    assert.deepEqual(metadata.getAll("key"), ["1", "2"]);
    assert.equal(metadata.get("kEy"), "1");
    assert.ok(metadata.has("KEY"));
    assert.equal(metadata.size, 3);
    assert.deepEqual([...metadata.keys()], ["key", "other"]);
    assert.deepEqual([...metadata], Object.entries({ key: "1", other: "x" }).concat([["key", "2"]]));
  });

  test("set replaces, delete removes and tells", () => {
    const metadata = new Metadata({ a: ["1", "2"], b: "3" }).set("A", "4");
    assert.deepEqual(metadata.getAll("a"), ["4"]);
    assert.equal(metadata.delete("a"), true);
    assert.equal(metadata.delete("a"), false);
    assert.equal(metadata.get("a"), undefined);
    assert.equal(metadata.get("b"), "3");
  });

  test("a value that is refused leaves the old one", () => {
    const metadata = new Metadata({ a: "1" });
    assert.throws(() => metadata.set("a", "\n"), TypeError);
    assert.equal(metadata.get("a"), "1");
  });

  test("keys that are no names, or reserved, are refused by name", () => {
    for (const key of ["", "a b", "a:b", ":path", "é", "a\n", "a,b"]) {
      assert.throws(() => new Metadata().append(key, "x"), /is not valid/, key);
    }
    for (const key of ["grpc-status", "GRPC-Anything", "grpc-x-bin", "Content-Type", "te", "host", "user-agent"]) {
      assert.throws(() => new Metadata().append(key, "x"), { name: "TypeError", message: /reserved/ }, key);
    }
  });

  test("text must be printable ASCII without blanks at its ends", () => {
    const metadata = new Metadata().append("a", "").append("a", "!~ inside ~!");
    assert.deepEqual(metadata.getAll("a"), ["", "!~ inside ~!"]);
    for (const value of [" a", "a ", "a\tb", "a\r\nb", "\0", "é", "\x7f"]) {
      assert.throws(() => new Metadata().append("a", value), /metadata "a" has the value .*"a-bin"/, value);
    }
  });
});

describe("bytes", () => {
  test("keys in -bin hold bytes, all others text", () => {
    const metadata = new Metadata({ "k-bin": [bytes, new Uint8Array()] });
    assert.deepEqual(metadata.getAll("k-bin"), [bytes, new Uint8Array()]);
    assert.deepEqual(metadata.wirePairs(), ["k-bin", "AP8B", "k-bin", ""]);
    assert.throws(() => new Metadata().append("k-bin" as string, "text"), /"k-bin" holds bytes/);
    assert.throws(() => new Metadata().append("k" as string, bytes), /"k" holds text.*"k-bin"/);
  });

  test("the types say so too, whatever the case of the key", () => {
    const metadata = new Metadata();
    metadata.append("Trace-Bin", bytes);
    // @ts-expect-error bytes are due
    assert.throws(() => metadata.append("Trace-Bin", "text"), TypeError);
    // @ts-expect-error text is due
    assert.throws(() => metadata.append("trace", bytes), TypeError);
    const value: Uint8Array | undefined = metadata.get("trace-bin");
    const text: string | undefined = metadata.get("trace");
    assert.deepEqual([value, text], [bytes, undefined]);
  });
});

describe("what a peer sent", () => {
  test("values that were joined with commas are split, padded or not; only those in -bin", () => {
    const received = Metadata.fromWirePairs(["k-bin", "AQ==, Ag,!,,", "k", "a,b"]);
    assert.deepEqual(received.getAll("k-bin"), [
      Uint8Array.of(1),
      Uint8Array.of(2),
      new Uint8Array(),
      new Uint8Array(),
    ]);
    assert.deepEqual(received.getAll("k"), ["a,b"]);
    assert.equal(received.get("k"), "a,b");
  });

  test("bytes that are no base64 read as none, and nothing throws", () => {
    const received = Metadata.fromWirePairs(["k-bin", "A", "x", "\xff\x00"]);
    assert.equal(received.get("k-bin"), undefined);
    assert.ok(received.has("k-bin"));
    assert.deepEqual([...received], [["x", "\xff\x00"]]);
  });

  test("names that objects inherit are names like any others", () => {
    const received = Metadata.fromWirePairs(["__proto__", "1", "constructor", "2", "toString", "3", "__proto__", "4"]);
    assert.deepEqual(received.getAll("__proto__"), ["1", "4"]);
    assert.equal(received.get("hasownproperty"), undefined);
    assert.deepEqual([...received.keys()], ["__proto__", "constructor", "toString"]);
    const json = JSON.parse(JSON.stringify(received)) as object;
    assert.deepEqual(Object.keys(json), ["__proto__", "constructor", "toString"]);
    assert.equal(({} as { 1?: string })[1], undefined);
  });
});

describe("making and merging", () => {
  test("takes objects, pairs, maps and other metadata, and copies", () => {
    const first = new Metadata({ a: ["1", "2"], "b-bin": bytes }).markSensitive("a");
    const copy = new Metadata(first).append("c", "3").markSensitive("c");
    assert.deepEqual(first.wirePairs(), ["a", "1", "a", "2", "b-bin", "AP8B"]);
    assert.deepEqual([...(first.sensitiveKeys ?? [])], ["a"]);
    assert.deepEqual([...(copy.sensitiveKeys ?? [])], ["a", "c"]);
    assert.deepEqual(new Metadata(new Map([["a", "1"]])).wirePairs(), ["a", "1"]);
    assert.deepEqual(new Metadata([["a", "1"]]).wirePairs(), ["a", "1"]);
    assert.equal(new Metadata().sensitiveKeys, undefined);
  });

  test("a value of a wrong type is refused with its key", () => {
    for (const value of [5, null, undefined, {}]) {
      assert.throws(() => new Metadata({ limit: value } as unknown as MetadataInit), /"limit" holds text/);
    }
  });

  test("merges values and sensitive keys, also with itself", () => {
    const metadata = new Metadata({ a: "1" }).merge(new Metadata({ a: "2" }).markSensitive("a"));
    assert.deepEqual(metadata.getAll("a"), ["1", "2"]);
    assert.ok(metadata.sensitiveKeys?.has("a"));
    metadata.merge(metadata);
    assert.deepEqual(metadata.getAll("a"), ["1", "2", "1", "2"]);
  });

  test("secrets are not shown", () => {
    const metadata = new Metadata({ authorization: "Bearer s3cret", Cookie: "s3cret", k: "s3cret", open: "x" });
    metadata.markSensitive("K");
    const shown = { authorization: ["(hidden)"], cookie: ["(hidden)"], k: ["(hidden)"], open: ["x"] };
    assert.deepEqual(JSON.parse(JSON.stringify(metadata)), shown);
    assert.equal(inspect(metadata), `Metadata ${JSON.stringify(shown)}`);
    assert.throws(() => metadata.markSensitive("grpc-status"), TypeError);
  });
});
