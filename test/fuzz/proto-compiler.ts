import { readFileSync } from "node:fs";
import { compile } from "../../src/proto/compile.js";
import { fileReader } from "../../src/proto/file-reader.js";
import { corpusDir, corpusFiles } from "../proto/corpus.js";
import type { SeededRandom } from "../simulation/seeded-random.js";
import { must } from "./finding.js";
import { type FuzzTarget, target } from "./target.js";

const rule = "proto";
const fileName = "fuzzed.proto";
/** A small file that takes longer is as good as one that hangs, in ms. */
const compileMsMax = 5_000;
const reader = fileReader([corpusDir]);
const extra: readonly string[] = [
  ..."{}[]();=<>,.\"'-+:/",
  "message",
  "enum",
  "oneof",
  "map<string, int32>",
  "option",
  "extend",
  "extensions",
  "reserved",
  "group",
  "repeated",
  "import",
  "package",
  "0",
  "536870912",
  "-1",
  "0x",
  "1e999",
  "max",
  "inf",
  '"\\',
  "'",
  "/*",
  "//",
  "\n",
  "\u0001",
  "é",
  "\ud800",
  '(a).b = { c: [1, "x"] }',
];

let loaded: readonly string[][] | undefined;

/** The corpus of the tests as tokens; the blanks between them are tokens too, so that the parts give the text. */
function corpus(): readonly string[][] {
  loaded ??= corpusFiles().map((name) => tokensOf(readFileSync(`${corpusDir}/${name}`, "utf8")));
  return loaded;
}

function tokensOf(text: string): string[] {
  return text.match(/\s+|\w+|"(?:\\.|[^"\\\n])*"|[^\s\w]/g) ?? [];
}

/** Files whose tokens were changed: descriptors or diagnostics, each at a place in the text, and never anything else. */
export const protoCompiler: FuzzTarget = target<string>({
  name: "proto",
  about: "mutated .proto files to the compiler",
  share: 1,

  make(random: SeededRandom): readonly string[] {
    const all = corpus();
    const tokens = [...random.pick(all)];
    for (let i = random.scale(1, 10); i > 0; i--) mutate(tokens, random, all);
    return tokens.slice(0, 4_000);
  },

  run(tokens: readonly string[]): void {
    const text = tokens.join("");
    const startMs = performance.now();
    const result = compile([fileName], {
      read: (path) => (path === fileName ? { text, displayPath: path } : reader.read(path)),
    });
    const ms = performance.now() - startMs;
    must(ms < compileMsMax, "time", () => `${text.length} characters take ${ms.toFixed(0)} ms`);
    const errors = result.diagnostics.filter(({ severity }) => severity === "error");
    must(
      (result.files.length === 0) === errors.length > 0,
      rule,
      () => `${errors.length} errors, ${result.files.length} files`,
    );
    const lines = text.split("\n");
    for (const { file, line, column, message } of errors) {
      if (file !== fileName) continue;
      const at = lines[line - 1];
      must(
        at !== undefined && column >= 1 && column <= at.length + 1,
        rule,
        () => `"${message}" is at ${line}:${column}`,
      );
    }
  },
});

function mutate(tokens: string[], random: SeededRandom, all: readonly string[][]): void {
  const at = random.int(0, Math.max(0, tokens.length - 1));
  switch (random.int(0, 6)) {
    case 0:
      tokens.splice(at, random.scale(1, 12));
      break;
    case 1:
      tokens.splice(at, 0, random.pick(tokens.length === 0 ? extra : tokens));
      break;
    case 2:
      tokens.splice(at, 0, " ", random.pick(extra), " ");
      break;
    case 3:
      tokens[at] = random.pick(random.pick(all));
      break;
    case 4: {
      const other = random.pick(all);
      const from = random.int(0, other.length - 1);
      tokens.splice(at, 0, ...other.slice(from, from + random.scale(1, 60)));
      break;
    }
    case 5: {
      const token = tokens[at] ?? "";
      const cut = random.int(0, token.length);
      tokens[at] = token.slice(0, cut) + random.pick(["", "\0", '"', "9", "_", "\\x", "é"]) + token.slice(cut + 1);
      break;
    }
    default: {
      const length = random.scale(1, 40);
      const moved = tokens.splice(at, length);
      tokens.splice(random.int(0, tokens.length), 0, ...moved, ...(random.chance(0.3) ? moved : []));
    }
  }
}
