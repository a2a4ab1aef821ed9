import { dirname, resolve } from "node:path";
import type { CompiledFiles } from "../generate/compile-files.js";
import { findInputFiles, type InputFiles } from "../generate/input-files.js";
import { DirectoryWatcher } from "./watcher.js";

/** What a command reads again and again. */
export interface WatchedInputs {
  readonly paths: readonly string[];
  readonly include?: readonly string[] | undefined;
  /** Files that are no `.proto` files, by their paths. */
  readonly files?: readonly string[] | undefined;
}

/**
 * Calls back when something changes that `.proto` files are compiled from: in the directories behind paths and below them, where imports
 * were found, and beside other files.
 */
export class InputWatcher {
  readonly #inputs: WatchedInputs;
  readonly #fileDirs: readonly string[];
  readonly #watcher: DirectoryWatcher;
  /** Of the last run. */
  #dirs: readonly string[] = [];

  constructor(inputs: WatchedInputs, onChange: () => void) {
    const files = (inputs.files ?? []).map((file) => resolve(file));
    this.#inputs = inputs;
    this.#fileDirs = files.map((file) => dirname(file));
    this.#watcher = new DirectoryWatcher(onChange, new Set(files));
  }

  /** To be called before they are read. Watches first and looks then, until there is no new directory: no file can come unseen in between. */
  beforeRead(): void {
    let added = 1;
    while (added > 0) {
      try {
        added = this.#watch([...this.#dirs, ...this.#inputDirs()]);
      } catch {
        // What is wrong is told by the run that follows.
        this.#watch(this.#dirs);
        return;
      }
    }
  }

  /** To be called when they were read. Without what was compiled, where it did not get as far as that, what was read before is watched. */
  afterRead(compiled: CompiledFiles<unknown> | undefined): void {
    if (compiled !== undefined) this.#dirs = compiledDirs(compiled);
    this.#watch(this.#dirs);
  }

  close(): void {
    this.#watcher.close();
  }

  #inputDirs(): readonly string[] {
    const { paths, include = [], files } = this.#inputs;
    // Without paths the modules of buf.yaml are meant, but not where other files are read instead.
    return paths.length === 0 && files !== undefined ? [] : inputDirs(findInputFiles(paths, include));
  }

  #watch(dirs: readonly string[]): number {
    return this.#watcher.watch(new Set([...dirs, ...this.#fileDirs]));
  }
}

function compiledDirs({ inputs, readPaths }: CompiledFiles<unknown>): string[] {
  return [...inputDirs(inputs), ...readPaths.map((path) => dirname(path))];
}

/** The directories behind the command line; also those above, which tell when one is removed and comes again. */
function inputDirs(inputs: InputFiles): string[] {
  const configs = inputs.projects.map((project) => project.path);
  const paths = [...inputs.paths, ...configs, ...inputs.files.map((file) => file.path)];
  return [...inputs.searchedDirs, ...inputs.roots.map((root) => root.dir), ...paths.map((path) => dirname(path))];
}
