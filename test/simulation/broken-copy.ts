import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/files.js";

/** A text of a compiled file and what takes its place. */
export interface Edit {
  /** Below `dist/src`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** The compiled package and some tests in a folder of their own, to be broken on purpose. */
export class BrokenCopy {
  readonly folder: string;

  /**
   * A package of its own, so that generated code, which imports `peregrine`, gets the copy too.
   *
   * @param name of the folder in `.cache`
   * @param folders of `dist` beside `src`
   */
  constructor(name: string, folders: readonly string[]) {
    this.folder = join(root, ".cache", name);
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, "package.json"), JSON.stringify(unbundledManifest()));
    for (const folder of ["src", ...folders]) {
      cpSync(join(root, "dist", folder), this.path(folder), { recursive: true });
    }
  }

  /** A compiled file or folder of the copy. */
  path(...parts: readonly string[]): string {
    return join(this.folder, "dist", ...parts);
  }

  /**
   * Makes a mistake.
   *
   * @returns what takes it back
   */
  apply(name: string, { file, find, replace }: Edit): () => void {
    const path = this.path("src", file);
    const text = readFileSync(path, "utf8");
    const parts = text.split(find);
    if (parts.length !== 2) throw new Error(`${name}: its text must be in ${file} once, not ${parts.length - 1} times`);
    writeFileSync(path, parts.join(replace));
    return () => writeFileSync(path, text);
  }
}

/** The package as it is, except that its entries are the single modules, in which mistakes are made, not the bundles. */
function unbundledManifest(): object {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly name: string;
    readonly type: string;
    readonly exports: Readonly<Record<string, string | { readonly import: { readonly types: string } }>>;
  };
  const entries = Object.entries(manifest.exports).flatMap(([name, entry]) =>
    typeof entry === "string" ? [] : [[name, entry.import.types.replace(/\.d\.ts$/, ".js")]],
  );
  return { name: manifest.name, type: manifest.type, exports: Object.fromEntries(entries) };
}
