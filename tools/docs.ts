import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type DocumentCode, runDocument } from "./docs-run.js";
import { isMain, listFiles, report, root } from "./files.js";
import { checkLinks } from "./links.js";
import { type CodeBlock, findBlocks } from "./markdown.js";
import { bin, run } from "./run.js";

/** Code of the documents is laid out here, one folder for each document, inside the package so that it finds itself. */
const workFolder = ".cache/docs";

/** How the file of a block of each language ends. */
const endings: Readonly<Record<string, string>> = { ts: ".ts", typescript: ".ts", js: ".js", proto: ".proto" };

/** A `ts`, `js` or `proto` block as a file. */
interface Snippet {
  /** Path from the root. */
  readonly path: string;
  readonly document: string;
  readonly block: CodeBlock;
}

/**
 * Checks the Markdown files of the repository: that relative links lead somewhere, that `ts` blocks type-check against the
 * package, and that those marked `run` run to their end. CONTRIBUTING.md tells how blocks are marked. Gives an exit code.
 */
export async function checkDocs(): Promise<number> {
  const documents = findDocuments();
  const broken = checkLinks(root, documents);
  report("links", broken);
  rmSync(join(root, workFolder), { recursive: true, force: true });
  const snippets = documents.flatMap(readSnippets);
  for (const snippet of snippets) writeSnippet(snippet);
  const code =
    (await generateProtos(snippets)) || (await typeCheck(snippets)) || (await runMarked(snippets, documents));
  return code || (broken.length > 0 ? 1 : 0);
}

function findDocuments(): string[] {
  const top = readdirSync(root).filter((name) => name.endsWith(".md"));
  return [...top.sort(), ...["docs", "examples"].flatMap((folder) => listFiles(root, folder, [".md"]))];
}

function readSnippets(document: string): Snippet[] {
  const folder = `${workFolder}/${document.replace(/\.md$/, "")}`;
  return findBlocks(readFileSync(join(root, document), "utf8")).flatMap((block) => {
    const ending = endings[block.language];
    if (ending === undefined || block.marks.includes("no-check")) return [];
    const named = block.marks.find((mark) => mark.endsWith(ending));
    // JavaScript and declarations without a name are parts of something that is not here.
    if (named === undefined && ending !== ".ts") return [];
    const name = named ?? `line-${block.line}.ts`;
    const path = ending === ".proto" ? `${folder}/protos/${name}` : `${folder}/${name}`;
    return [{ path, document, block }];
  });
}

/** Keeps the document's line numbers, so that an error points into it. */
function writeSnippet({ path, block }: Snippet): void {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  const before = existsSync(target) ? readFileSync(target, "utf8") : "";
  const gap = Math.max(0, block.line - 1 - (before.split("\n").length - 1));
  const isModule = path.endsWith(".proto") || /^\s*(import|export)\b/m.test(before + block.text);
  writeFileSync(target, `${before}${"\n".repeat(gap)}${block.text}${isModule ? "" : "export {};\n"}`);
}

/** Runs our generator over the `proto` blocks of each document, into `gen/` beside its code. */
async function generateProtos(snippets: readonly Snippet[]): Promise<number> {
  const folders = new Set(snippets.filter(({ path }) => path.endsWith(".proto")).map(({ path }) => protoRoot(path)));
  for (const protos of folders) {
    const out = join(dirname(protos), "gen");
    const code = await run(process.execPath, ["bin/peregrine.js", "generate", protos, "--out", out], 60_000);
    if (code !== 0) return code;
  }
  return 0;
}

function protoRoot(path: string): string {
  return path.slice(0, path.indexOf("/protos/") + "/protos".length);
}

async function typeCheck(snippets: readonly Snippet[]): Promise<number> {
  const files = [...new Set(snippets.filter(({ path }) => /\.[tj]s$/.test(path)).map(({ path }) => path))];
  if (files.length === 0) return 0;
  const compilerOptions = {
    rootDir: ".",
    outDir: "out",
    declaration: false,
    allowJs: true,
    noEmitOnError: true,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
  const config = {
    extends: "../../tsconfig.json",
    compilerOptions,
    include: [],
    files: files.map((path) => join(root, path)),
  };
  writeFileSync(join(root, workFolder, "tsconfig.json"), JSON.stringify(config));
  const code = await run(bin("tsc"), ["-p", `${workFolder}/tsconfig.json`], 120_000);
  console.log(
    `docs: ${files.length} files of code from ${new Set(snippets.map((s) => s.document)).size} documents checked`,
  );
  return code;
}

/** Runs what each document has marked so, one document after the other. */
async function runMarked(snippets: readonly Snippet[], documents: readonly string[]): Promise<number> {
  for (const document of documents) {
    const code = await runDocument(
      codeOf(
        document,
        snippets.filter((one) => one.document === document),
      ),
    );
    if (code !== 0) return code;
  }
  return 0;
}

function codeOf(document: string, snippets: readonly Snippet[]): DocumentCode {
  const marked = (mark: string): string[] => {
    const paths = snippets.filter(({ block }) => block.marks.includes(mark)).map(({ path }) => path);
    return [...new Set(paths)].map((path) =>
      `${workFolder}/out/${path.slice(workFolder.length + 1)}`.replace(/ts$/, "js"),
    );
  };
  const blocks = findBlocks(readFileSync(join(root, document), "utf8"));
  const output = blocks.find(({ language, marks }) => language === "text" && marks.includes("output"))?.text;
  const folder = `${workFolder}/${document.replace(/\.md$/, "")}`;
  return { document, folder, servers: marked("serve"), programs: marked("run"), output };
}

if (isMain(import.meta.url)) process.exitCode = await checkDocs();
