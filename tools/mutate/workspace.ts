import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../files.js";
import type { Mutation } from "./mutations.js";

type Conditions = { readonly import: { readonly types: string } };

/**
 * A copy of the compiled package with its tests, in which mutations are made. It is a package of its own, whose entries
 * are the single modules and not the joined ones, so that tests that import it by name see a mutation too.
 */
export class Workspace {
  readonly dist: string;

  constructor(name: string) {
    const folder = join(root, ".cache/mutate", name);
    this.dist = join(folder, "dist");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest()));
    for (const part of ["src", "test", "tools", "examples"]) {
      cpSync(join(root, "dist", part), join(this.dist, part), { recursive: true });
    }
    for (const part of ["test", "examples", "bin", "docs", "src", "tools"]) {
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
  }

  read(path: string): string {
    return readFileSync(join(this.dist, path), "utf8");
  }

  /** Makes a mutation while `work` runs. */
  async with<T>(path: string, { start, end, replacement }: Mutation, work: () => Promise<T>): Promise<T> {
    const code = this.read(path);
    writeFileSync(join(this.dist, path), code.slice(0, start) + replacement + code.slice(end));
    try {
      return await work();
    } finally {
      writeFileSync(join(this.dist, path), code);
    }
  }
}

function manifest(): object {
  const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
    readonly type: string;
    readonly exports: Readonly<Record<string, string | Conditions>>;
  };
  const exports = Object.entries(own.exports).map(([name, target]) => [
    name,
    typeof target === "string" ? target : target.import.types.replace(/\.d\.ts$/, ".js"),
  ]);
  return { name: own.name, version: own.version, type: own.type, exports: Object.fromEntries(exports) };
}
