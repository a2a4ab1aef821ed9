import { isMain, readSources, report, root, type SourceFile } from "./files.js";
import { type FunctionSpan, findFunctions } from "./functions.js";
import { scan, type Token } from "./scan.js";

/** A file that fits on a few screens is read before it is changed. */
const fileLinesMax = 400;
const functionLinesMax = 60;

/** Callbacks that only group tests; the tests inside them are measured each. */
const groupingCalls: ReadonlySet<string> = new Set(["describe", "suite"]);

/** Tables are long because the standard that they repeat is; generated files are nobody's to read. */
function isExempt(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.includes("table") || name.endsWith("_pb.ts") || name.endsWith(".d.ts");
}

/** Checks the sizes of files and functions, and that the type `any` is not used. */
export function checkShape(files: readonly SourceFile[]): string[] {
  return files.filter((file) => !isExempt(file.path)).flatMap(checkFile);
}

function checkFile(file: SourceFile): string[] {
  const violations: string[] = [];
  const lines = file.text.split("\n").length - (file.text.endsWith("\n") ? 1 : 0);
  if (lines > fileLinesMax) violations.push(`${file.path}: ${lines} lines, at most ${fileLinesMax}`);
  const tokens = scan(file.text);
  for (const span of findFunctions(tokens)) {
    const length = span.lastLine - span.firstLine + 1;
    if (length <= functionLinesMax || isGrouping(span)) continue;
    violations.push(`${file.path}:${span.firstLine}: ${span.name} has ${length} lines, at most ${functionLinesMax}`);
  }
  for (const line of findAny(tokens)) violations.push(`${file.path}:${line}: the type any`);
  return violations;
}

function isGrouping(span: FunctionSpan): boolean {
  return span.argumentOf !== undefined && groupingCalls.has(span.argumentOf);
}

/** What stands before a type. A parenthesis or a comma stands before values just as often; biome sees those. */
const beforeType: ReadonlySet<string> = new Set([":", "<", "|", "&", "=>", "as", "extends", "is", "satisfies"]);

/** Lines where `any` is used as a type, not as the name of a property, a variable or a function. */
function findAny(tokens: readonly Token[]): number[] {
  const lines: number[] = [];
  for (let i = 1; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind !== "word" || token.text !== "any" || !beforeType.has(tokens[i - 1]!.text)) continue;
    const after = tokens[i + 1]?.text;
    if (after !== "." && after !== "(" && after !== ":") lines.push(token.line);
  }
  return lines;
}

if (isMain(import.meta.url)) {
  report("shape", checkShape(readSources(root, ["src", "test", "tools", "bench", "examples"])));
}
