import assert from "node:assert/strict";
import { test } from "node:test";
import { compile } from "./compile.js";
import type { Diagnostic } from "./diagnostic.js";

export const p3: string = 'syntax = "proto3";\n';
export const p2: string = 'syntax = "proto2";\n';
export const e23: string = 'edition = "2023";\n';
export const e24: string = 'edition = "2024";\n';

/** Files for cases to import. */
export const invalidImports: Readonly<Record<string, string>> = {
  "x.proto": `edition = "2024"; package x;
message Top { message Nested {} enum NE { NE_UNSPECIFIED = 0; } }
local message Loc {}
export message Exp { export message In {} local message LIn {} }`,
  "opt.proto": `syntax = "proto2"; package opt; import "google/protobuf/descriptor.proto";
extend google.protobuf.FileOptions { optional int32 o = 50000; optional OM om = 50001; }
message OM { optional int32 a = 1; }
enum CE { CE_A = 0; }`,
};

/** Tests of texts whose errors name them well enough. */
export function checkInvalidTexts(
  area: string,
  cases: readonly (readonly [text: string, messages: readonly string[]])[],
): void {
  for (const [text, messages] of cases) checkInvalid(`${area}: ${messages[0]}`, text, messages, invalidImports);
}

/** Tests that a text is refused at each `¦` in it, with messages that hold the parts given. */
export function checkInvalid(
  name: string,
  marked: string,
  messages: readonly string[],
  others: Readonly<Record<string, string>> = {},
): void {
  test(`invalid: ${name}`, () => {
    const found = errorsOf(marked.replaceAll("¦", ""), others);
    const places = placesOf(marked);
    // A place that has two errors is marked once.
    const wanted = places.length === 1 && messages.length > 1 ? undefined : places;
    assert.equal(found.length, messages.length, found.map((one) => one.message).join("\n"));
    for (const [i, one] of found.entries()) {
      assert.ok(one.message.includes(messages[i] as string), `${one.message}\n  lacks: ${messages[i]}`);
      assert.equal(one.file, "t.proto");
      if (wanted !== undefined) assert.equal(`${one.line}:${one.column}`, wanted[i], one.message);
      else if (i === 0) assert.equal(`${one.line}:${one.column}`, places[0], one.message);
    }
  });
}

function errorsOf(text: string, others: Readonly<Record<string, string>>): Diagnostic[] {
  const texts = new Map([...Object.entries(others), ["t.proto", text]]);
  const result = compile(["t.proto"], {
    read: (path) => {
      const found = texts.get(path);
      return found === undefined ? undefined : { text: found, displayPath: path };
    },
  });
  assert.deepEqual(result.files, []);
  return result.diagnostics.filter((one) => one.severity === "error");
}

/** `line:column` of each mark. */
function placesOf(marked: string): string[] {
  return marked.split("\n").flatMap((line, i) => {
    const parts = line.split("¦");
    let column = 1;
    return parts.slice(0, -1).map((part) => {
      column += part.length;
      return `${i + 1}:${column}`;
    });
  });
}
