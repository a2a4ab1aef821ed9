import { type FSWatcher, type Stats, statSync, watch } from "node:fs";
import { basename, join, resolve } from "node:path";

/** How long it must be quiet before a change counts: editors and version control write several files at once. */
const quietMs = 50;

/**
 * Calls back when something that concerns `.proto` files changes in a set of directories (not below them). Directories
 * are watched rather than files, since many editors replace a file instead of writing it.
 */
export class DirectoryWatcher {
  readonly #onChange: () => void;
  readonly #files: ReadonlySet<string>;
  readonly #watchers: Map<string, FSWatcher> = new Map();
  #timer: NodeJS.Timeout | undefined;

  /** @param files other files that count, by absolute paths */
  constructor(onChange: () => void, files: ReadonlySet<string> = new Set()) {
    this.#onChange = onChange;
    this.#files = files;
  }

  /**
   * Watches these directories from now on, and no others. One that cannot be watched is left out.
   *
   * @returns how many were not watched before: what happened in them until now was not seen
   */
  watch(dirs: ReadonlySet<string>): number {
    for (const dir of this.#watchers.keys()) {
      if (!dirs.has(dir)) this.#forget(dir);
    }
    const before = this.#watchers.size;
    for (const dir of dirs) {
      if (!this.#watchers.has(dir)) this.#add(dir);
    }
    return this.#watchers.size - before;
  }

  #add(dir: string): void {
    try {
      const watcher = watch(dir, (event, name) => this.#onEvent(dir, event, name));
      // A directory that is removed ends its watcher with an error on some systems.
      watcher.on("error", () => this.#onEvent(dir, "rename", basename(dir)));
      this.#watchers.set(dir, watcher);
    } catch {
      // Gone since it was found. Its parent is watched too and has changed.
    }
  }

  #onEvent(dir: string, event: string, name: string | null): void {
    // By its own name a directory tells that it was removed. It may have come again since, as another one that this
    // watcher does not see; the next run watches what is there then.
    const itself = event === "rename" && name === basename(dir);
    if (itself) this.#forget(dir);
    if (itself || name === null || this.#files.has(resolve(dir, name)) || concernsUs(dir, name)) this.#changed();
  }

  #forget(dir: string): void {
    this.#watchers.get(dir)?.close();
    this.#watchers.delete(dir);
  }

  #changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onChange, quietMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }
}

/** A `.proto` file, what says where these are, or a directory that may have some; what we write ourselves is neither. */
function concernsUs(dir: string, name: string): boolean {
  if (name.endsWith(".proto") || name === "buf.yaml" || name === "buf.work.yaml") return true;
  const stats = statOrUndefined(join(dir, name));
  return stats === undefined ? !name.includes(".") : stats.isDirectory();
}

function statOrUndefined(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
