import { dirname, join, normalize } from "node:path/posix";
import type { SourceFile } from "./files.js";
import { isPunct } from "./functions.js";
import { scan, type Token } from "./scan.js";

export interface Import {
  /** As written: `./x.js`, `node:net`, `@bufbuild/protobuf/wkt`. */
  readonly specifier: string;
  /** The file of this repository that it names, as a path from the root, or undefined for a package. */
  readonly target: string | undefined;
  readonly line: number;
}

/** Everything that a file imports or re-exports, types and dynamic imports included. */
export function findImports(file: SourceFile, tokens: readonly Token[] = scan(file.text)): Import[] {
  const found: Import[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind !== "string" || !isSpecifier(tokens, i)) continue;
    found.push({ specifier: token.text, target: resolveFile(file.path, token.text), line: token.line });
  }
  return found;
}

/** `from "x"`, `import "x"`, `import("x")`, also as a type, and `getBuiltinModule("x")`. */
function isSpecifier(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  if (before?.kind === "word") return before.text === "import" || (before.text === "from" && at > 1);
  const caller = tokens[at - 2];
  if (!isPunct(before, "(") || caller?.kind !== "word") return false;
  return caller.text === "import" || caller.text === "getBuiltinModule";
}

function resolveFile(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return normalize(join(dirname(from), specifier)).replace(/\.js$/, ".ts");
}

/** Groups of files that import each other in a circle (Tarjan's strongly connected components), each sorted. */
export function findCycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    onStack.add(node);
    for (const next of edges.get(node) ?? []) {
      if (!index.has(next)) {
        visit(next);
        low.set(node, Math.min(low.get(node)!, low.get(next)!));
      } else if (onStack.has(next)) low.set(node, Math.min(low.get(node)!, index.get(next)!));
    }
    if (low.get(node) !== index.get(node)) return;
    const group: string[] = [];
    for (let member = ""; member !== node; ) {
      member = stack.pop()!;
      onStack.delete(member);
      group.push(member);
    }
    if (group.length > 1 || (edges.get(node) ?? []).includes(node)) cycles.push(group.sort());
  };
  for (const node of edges.keys()) if (!index.has(node)) visit(node);
  return cycles;
}
