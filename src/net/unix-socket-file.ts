import { lstat, unlink } from "node:fs/promises";
import { connect } from "node:net";
import { ListenError } from "./listen-errors.js";

/**
 * Makes way for a new socket at `path`, where there is a file already: removes it when it is a socket that nobody
 * listens on, as a process that was killed leaves it behind.
 *
 * @throws {ListenError} when it is another kind of file, or when a process listens there
 */
export async function removeStaleSocket(path: string): Promise<void> {
  const before = await socketFile(path);
  if (before === undefined) return;
  if (await isAnswering(path)) {
    throw new ListenError(
      `address in use: another process listens on unix:${path}; stop it, or take another path`,
      "EADDRINUSE",
    );
  }
  // Another server may have done the same meanwhile: its socket is not ours to remove.
  const after = await socketFile(path);
  if (after === before) await unlink(path).catch(ignoreMissing);
}

/** What tells this file from a later one of the same name; undefined when there is none. */
async function socketFile(path: string): Promise<string | undefined> {
  const stats = await lstat(path).catch(ignoreMissing);
  if (stats === undefined) return undefined;
  if (!stats.isSocket()) {
    throw new ListenError(`unix:${path} exists and is not a socket: it is left alone; take another path`, "EADDRINUSE");
  }
  return `${stats.dev}:${stats.ino}:${stats.ctimeMs}`;
}

/** Anything but a refused connection counts as an answer: also a full backlog is a living server. */
function isAnswering(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code !== "ECONNREFUSED" && error.code !== "ENOENT");
    });
  });
}

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
  throw error;
}
