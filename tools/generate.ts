import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isMain, listFiles, readSources, root } from "./files.js";
import { run } from "./run.js";
import { hashContents, isFresh, writeStamp } from "./stamp.js";

/** A folder with `.proto` files and the folder that their generated code goes to, as paths from the root. */
interface Generation {
  readonly protos: string;
  readonly out: string;
}

/**
 * Writes the generated code that tests and examples import, with our own command line, which must have been built. What
 * has not changed since the last time costs nothing; a change of the compiler or generator counts as one.
 */
export async function generateAll(): Promise<number> {
  const generator = generatorFiles();
  for (const { protos, out } of generations()) {
    const inputs = listFiles(root, protos, [".proto"]);
    const stamp = `${out}/.stamp`;
    const value = hashContents([...inputs, ...generator]);
    if (isFresh(stamp, value)) continue;
    console.log(`generate ${out}`);
    rmSync(join(root, out), { recursive: true, force: true });
    const code = await run(process.execPath, ["bin/peregrine.js", "generate", protos, "--out", out], 60_000);
    if (code !== 0) return code;
    writeStamp(stamp, value);
  }
  return 0;
}

function generatorFiles(): string[] {
  const found: string[] = ["bin/peregrine.js"];
  for (const folder of ["proto", "generate", "cli"]) {
    found.push(...listFiles(root, `src/${folder}`, [".ts"]).filter((path) => !path.endsWith(".test.ts")));
  }
  return found;
}

function generations(): Generation[] {
  const found: Generation[] = [{ protos: "test/protos", out: "test/gen" }];
  for (const name of exampleNames()) {
    const folder = `examples/${name}`;
    const usesGenerated = readSources(root, [folder]).some((file) => file.text.includes("gen/"));
    if (usesGenerated && listFiles(root, folder, [".proto"]).length > 0) {
      found.push({ protos: folder, out: `${folder}/gen` });
    }
  }
  return found;
}

function exampleNames(): string[] {
  try {
    return readdirSync(join(root, "examples"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

if (isMain(import.meta.url)) process.exitCode = await generateAll();
