import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";

/** Files of `google-proto-files` with all that they import, until there are `count`. Taken evenly from the whole. */
export function realTree(packageDir: string, dir: string, count: number): number {
  const all = readdirSync(join(packageDir, "google"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".proto"))
    .map((path) => `google/${path.split(sep).join("/")}`)
    .filter((path) => !path.startsWith("google/protobuf/"))
    .sort();
  const texts = new Map<string, string>();
  const add = (path: string): void => {
    const file = join(packageDir, path);
    if (texts.has(path) || path.startsWith("google/protobuf/") || !existsSync(file)) return;
    const text = readFileSync(file, "utf8");
    texts.set(path, text);
    for (const match of text.matchAll(/^import\s+(?:public\s+)?"([^"]+)";/gm)) add(match[1] as string);
  };
  const stride = Math.max(1, Math.floor(all.length / count));
  for (let i = 0; i < all.length && texts.size < count; i++) add(all[(i * stride) % all.length] as string);
  write(dir, texts);
  return texts.size;
}

const filesPerPackage = 25;

/** Made-up files: packages whose files import each other, with messages, enums, services, options and comments. */
export function syntheticTree(dir: string, count: number): number {
  const texts = new Map<string, string>();
  for (let i = 0; i < count; i++) texts.set(nameOf(i), textOf(i));
  write(dir, texts);
  return texts.size;
}

function nameOf(index: number): string {
  return `shop/part${Math.floor(index / filesPerPackage)}/v1/file${index}.proto`;
}

function textOf(index: number): string {
  const place = index % filesPerPackage;
  const imports = [index - 1, index - 7, index - filesPerPackage].filter((other) => other >= 0 && place > 0);
  const uses = imports.map((other) => `.shop.part${Math.floor(other / filesPerPackage)}.v1.Item${other}`);
  const lines = [
    'syntax = "proto3";',
    "",
    `package shop.part${Math.floor(index / filesPerPackage)}.v1;`,
    "",
    ...imports.map((other) => `import "${nameOf(other)}";`),
    'import "google/protobuf/timestamp.proto";',
    "",
    `option java_package = "com.example.shop.part${index}";`,
    'option go_package = "example.com/shop;shop";',
    "",
    `// What file ${index} is about.`,
    `enum Kind${index} {`,
    ...Array.from({ length: 8 }, (_, i) => `  KIND${index}_VALUE_${i} = ${i};`),
    "}",
    "",
  ];
  for (let m = 0; m < 4; m++) lines.push(...messageLines(`${m === 0 ? "Item" : `Item${m}Of`}${index}`, index, uses));
  return [...lines, ...serviceLines(index)].join("\n");
}

function messageLines(name: string, index: number, uses: readonly string[]): string[] {
  const used = uses.map((type, i) => `  // Another item.\n  ${type} other_${i} = ${20 + i};`);
  return [
    `// An item that is sold, number ${index}.`,
    `message ${name} {`,
    "  // The name that people see.",
    "  string display_name = 1;",
    `  Kind${index} kind = 2;`,
    "  repeated int64 amounts = 3 [deprecated = true];",
    "  map<string, string> labels = 4;",
    "  google.protobuf.Timestamp created_at = 5;",
    "  oneof price {",
    "    int64 cents = 6;",
    "    double exact = 7;",
    "  }",
    ...Array.from({ length: 8 }, (_, i) => `  // Note ${i}.\n  optional string note_${i} = ${10 + i};`),
    ...used,
    "}",
    "",
  ];
}

function serviceLines(index: number): string[] {
  return [
    `service Service${index} {`,
    "  // Gets one.",
    `  rpc Get(Item${index}) returns (Item1Of${index});`,
    `  rpc List(Item2Of${index}) returns (stream Item3Of${index}) {`,
    "    option idempotency_level = NO_SIDE_EFFECTS;",
    "  }",
    "}",
    "",
  ];
}

function write(dir: string, texts: ReadonlyMap<string, string>): void {
  rmSync(dir, { recursive: true, force: true });
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}
