import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { similarName } from "../../src/base/similar-name.js";
import { collectHeader } from "../../src/cli/option-values.js";
import { mappedModule } from "../../src/generate/map-imports.js";
import { lintFiles } from "../../src/lint/lint-files.js";
import { defaultLintSettings } from "../../src/lint/lint-settings.js";
import { parseText, quotePlaceholders } from "../../src/load/placeholder.js";
import { parseThreshold } from "../../src/load/threshold.js";
import { splitAltNames } from "../../src/net/peer.js";
import { compile } from "../../src/proto/compile.js";
import { BytesValueSchema, FileDescriptorProtoSchema, StructSchema } from "../../src/protobuf-wkt.js";
import { fromText } from "../../src/text/text.js";

const sources = { random: () => 0.5, nowEpochMs: () => 0 };

function compileAndLint(text: string): void {
  const path = "a.proto";
  const { files } = compile([path], { read: (name) => (name === path ? { text, displayPath: name } : undefined) });
  const mine = files.filter(({ name }) => name === path);
  lintFiles({ files: mine, imports: files, pathOf: (name) => name, isImportUsed: () => true }, defaultLintSettings);
}

function readText(text: string): void {
  failing(() => fromText(FileDescriptorProtoSchema, `${text} none: 1`));
}

/** What reads text from a file, a flag or a peer: four times as much of the worst text takes about four times as long. */
const cases: Readonly<Record<string, readonly [count: number, read: (count: number) => unknown]>> = {
  "an enum value named by underscores": [
    20_000,
    (n) => compileAndLint(`syntax = "proto3"; enum E { E_A = 0; X_${"_".repeat(n)}b = 1; }`),
  ],
  "a comment of blank lines before what lint finds": [
    10_000,
    (n) => compileAndLint(`syntax = "proto3";\n/*\n${" \n".repeat(n)}x */\nmessage not_camel { string Bad = 1; }`),
  ],
  "a comment of carriage returns before what lint finds": [
    10_000,
    (n) => compileAndLint(`syntax = "proto3";\n/*\n${"\r".repeat(n)}x */\nmessage not_camel { string Bad = 1; }`),
  ],
  "names of a certificate without a kind": [100_000, (n) => splitAltNames("x".repeat(n))],
  "names of a certificate, one of them long": [100_000, (n) => splitAltNames(`DNS:a${",b".repeat(n)}`)],
  "placeholders that do not close": [100_000, (n) => parseText("{{".repeat(n), sources)],
  "placeholders that do not close in their line": [50_000, (n) => parseText(`${"{{\n".repeat(n)}}}`, sources)],
  "strings that do not close": [100_000, (n) => quotePlaceholders('\\"'.repeat(n))],
  "placeholders of JSON that do not close": [100_000, (n) => quotePlaceholders("{{".repeat(n))],
  "a threshold with blanks": [100_000, (n) => failing(() => parseThreshold(`max>1${" ".repeat(n)}!`))],
  "a header with blanks": [100_000, (n) => collectHeader(`a:b${" ".repeat(n)}c`)],
  "a pattern of many stars": [20_000, (n) => mappedModule("a".repeat(n), [{ pattern: "*a*a*a*a*b", target: "t" }])],
  "text format: a string of many parts": [10_000, (n) => readText(`name: ${"'a' ".repeat(n)}`)],
  "text format: bytes of many parts": [10_000, (n) => fromText(BytesValueSchema, `value: ${"'a' '\\x61' ".repeat(n)}`)],
  "text format: many values": [2_000, (n) => readText("public_dependency: 1 dependency: 'a' ".repeat(n))],
  "text format: a list": [5_000, (n) => readText(`dependency: [${"'a',".repeat(n)}'a']`)],
  "text format: messages in messages": [
    50,
    (n) => readText(`message_type { ${`${"nested_type { ".repeat(90)}${"} ".repeat(90)}`.repeat(n)} }`),
  ],
  "text format: braces that do not close": [20_000, (n) => failing(() => fromText(StructSchema, "fields {".repeat(n)))],
  "text format: digits": [
    50_000,
    (n) => failing(() => fromText(FileDescriptorProtoSchema, `edition: ${"9".repeat(n)}`)),
  ],
  "text format: a name in brackets": [
    20_000,
    (n) => failing(() => fromText(StructSchema, `[${"a . ".repeat(n)}a]: 1`)),
  ],
  "text format: comments": [20_000, (n) => readText("# '\n".repeat(n))],
  "text format: what was removed": [
    20_000,
    (n) => readText(`options { php_generic_services: [${"{},".repeat(n)}{}] }`),
  ],
  "text format: an unknown name": [50_000, (n) => failing(() => fromText(StructSchema, `${"x".repeat(n)}: 1`))],
  "a name that is like a long one": [100_000, (n) => similarName("x".repeat(n), ["y".repeat(n)])],
};

function failing(action: () => unknown): void {
  assert.throws(action);
}

/** Processor time of the quickest of some runs: other processes may use the machine. */
function cpuMsOf(action: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const before = process.cpuUsage();
    action();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1_000);
  }
  return best;
}

/** Quadratic would be sixteen times as long. What takes next to nothing varies. */
function isLinear(onceMs: number, fourfoldMs: number): boolean {
  return fourfoldMs < 9 * Math.max(onceMs, 2);
}

describe("time that text takes is in proportion to its length", () => {
  for (const [name, [count, read]] of Object.entries(cases)) {
    it(name, () => {
      let once = Number.POSITIVE_INFINITY;
      let fourfold = Number.POSITIVE_INFINITY;
      // Threads that collect garbage or compile count too, and may come at any time: what is quadratic is so each time.
      for (let attempt = 0; attempt < 4 && !isLinear(once, fourfold); attempt++) {
        once = Math.min(
          once,
          cpuMsOf(() => read(count)),
        );
        fourfold = Math.min(
          fourfold,
          cpuMsOf(() => read(4 * count)),
        );
      }
      assert.ok(isLinear(once, fourfold), `${once.toFixed(2)} ms, fourfold ${fourfold.toFixed(2)} ms`);
    });
  }
});
