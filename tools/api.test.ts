import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compareApi, describeApi, readApi } from "./api.js";

const asItIs = describeApi(readApi());

/** The difference that the gate finds when a declaration file of this package said something else. */
function differenceOf(file: string, from: string, to: string): string[] {
  let found = false;
  const changed = readApi((path, text) => {
    if (path !== `dist/src/${file}`) return text;
    found = text.includes(from);
    return text.replace(from, to);
  });
  assert.ok(found, `${file} has no ${from}`);
  return compareApi(asItIs, describeApi(changed));
}

describe("the gate notices", () => {
  const cases: readonly [what: string, file: string, from: string, to: string, difference: readonly string[]][] = [
    [
      "the type of an option",
      "client/call-options.d.ts",
      "timeoutMs?: number | undefined;",
      "timeoutMs?: string | undefined;",
      ["CallOptions:", "-   readonly timeoutMs?: number | undefined;", "+   readonly timeoutMs?: string | undefined;"],
    ],
    [
      "an optional member that becomes required",
      "resilience/backoff.d.ts",
      "initialMs: number",
      "initialMs?: number",
      ["BackoffOptions:", "-   readonly initialMs: number;", "+   readonly initialMs?: number;"],
    ],
    [
      "the type that a method returns",
      "server/server.d.ts",
      "remove(service: DescService): boolean;",
      "remove(service: DescService): void;",
      [
        "Server@server/server:",
        "-   remove(service: DescService): boolean;",
        "+   remove(service: DescService): void;",
      ],
    ],
    [
      "an overload that is gone",
      "server/server.d.ts",
      "add(...parts: readonly [ServerPart, ...ServerPart[]]): this;",
      "",
      ["Server@server/server:", "-   add(...parts: readonly [ServerPart, ...ServerPart[]]): this;"],
    ],
    [
      "what a type parameter extends",
      "base/metadata.d.ts",
      "append<Key extends string>",
      "append<Key>",
      [
        "Metadata:",
        "-   append<Key extends string>(key: Key, value: NoInfer<MetadataValue<Key>>): this;",
        "+   append<Key>(key: Key, value: NoInfer<MetadataValue<Key>>): this;",
      ],
    ],
    [
      "a value of a constant",
      "base/status.d.ts",
      "readonly NOT_FOUND: 5;",
      "readonly NOT_FOUND: 6;",
      ["Status@base/status:", "-   readonly NOT_FOUND: 5;", "+   readonly NOT_FOUND: 6;"],
    ],
    [
      "a type that no entry exports, but that an exported one is made of",
      "base/rpc-error.d.ts",
      "readonly details: readonly string[];",
      "readonly details: readonly number[];",
      ["RpcErrorJson:", "-   readonly details: readonly string[];", "+   readonly details: readonly number[];"],
    ],
    ["the package that a type comes from", "client/client.d.ts", 'from "@bufbuild/protobuf"', 'from "another"', []],
  ];
  for (const [what, file, from, to, difference] of cases) {
    test(what, () => {
      const found = differenceOf(file, from, to);
      if (difference.length > 0) assert.deepEqual(found, difference);
      else assert.notEqual(found.length, 0);
    });
  }
});

test("a comment and a private member are no change", () => {
  assert.deepEqual(differenceOf("server/server.d.ts", "#private;", "#private; /* new */ private x;"), []);
});

test("a text that only changed its order is listed whole, since overloads are tried in order", () => {
  assert.deepEqual(compareApi("## f\na\nb\n", "## f\nb\na\n"), ["f:", "- a", "- b", "+ b", "+ a"]);
});

test("sections that come and go are listed", () => {
  assert.deepEqual(compareApi("# e\nx\n\n## f\na\n", "# e\n\n## g\na\n"), ["e:", "- x", "f:", "- a", "g:", "+ a"]);
});

test("a line that is there twice and then once is listed", () => {
  assert.deepEqual(compareApi("## f\n}\n}\n", "## f\n}\n"), ["f:", "- }"]);
});
