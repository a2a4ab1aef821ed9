import type { CliIo } from "./io.js";

const causesMax = 10;

/** The stack of an error and of what caused it. */
export function stackText(error: unknown): string {
  const parts: string[] = [];
  let next = error;
  while (next instanceof Error && parts.length < causesMax) {
    parts.push(next.stack ?? next.message);
    next = next.cause;
  }
  return parts.length === 0 ? String(error) : parts.join("\nCaused by: ");
}

/** With `--debug`, prints where an error came from that a command tells of in its own way. */
export function tellStack(error: unknown, io: CliIo): void {
  if (io.debug === true) io.stderr(`${stackText(error)}\n`);
}
