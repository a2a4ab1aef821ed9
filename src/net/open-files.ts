import { readFileSync } from "node:fs";
import type { Socket } from "node:net";

/** So many files are left to the rest of the process: to open its sockets, logs and certificates. */
const sparedMax = 16;

/** The descriptor of a socket is Node's own business, and other runtimes have none. */
interface DescriptorSocket {
  readonly _handle?: { readonly fd?: number } | null;
}

/**
 * Tells when a process has nearly as many files open as it may. The system would close further clients without a word: the
 * event loop accepts them on a descriptor that it keeps for that, closes them, and tells nobody (`EMFILE`). A new descriptor is
 * the lowest that is free, so that the number of an accepted socket says how many are in use. Where the limit cannot be read
 * (it is in `/proc` on Linux) nothing is told.
 */
export class OpenFiles {
  private readonly filesMax: number | undefined;

  /** @param filesMax files that the process may have open; undefined where that is not known */
  constructor(filesMax: number | undefined) {
    this.filesMax = filesMax;
  }

  /** Why this client is to be turned away; undefined when it is not. */
  problem(socket: Socket): string | undefined {
    const { filesMax } = this;
    const fd = (socket as unknown as DescriptorSocket)._handle?.fd;
    if (filesMax === undefined || fd === undefined) return undefined;
    const spared = Math.min(sparedMax, Math.ceil(filesMax / 64));
    if (fd < filesMax - spared) return undefined;
    return `the process has nearly all of its ${filesMax} files open; raise the limit (ulimit -n) or the number of servers`;
  }
}

/** The limit of this process (`ulimit -n`), where it can be read. */
export function readFilesMax(): number | undefined {
  try {
    const line = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "latin1"));
    return line === null ? undefined : Number(line[1]);
  } catch {
    return undefined;
  }
}
