/** Memory of a process once everything that nobody holds is gone, in bytes. */
export interface Memory {
  /** What the machine has given to the process. */
  readonly rss: number;
  /** Objects of JavaScript. */
  readonly heap: number;
  /** What they hold outside of the heap. */
  readonly external: number;
  /** Sockets, servers and timers that are open, and what else keeps a process alive: a number, not bytes. */
  readonly handles: number;
}

/**
 * The young generation of V8 grows with what happens to be alive at its collections, and shrinks again or not: 48 MB that
 * have nothing to do with the number of connections. These flags give it its full size from the start.
 */
export const steadyFlags: readonly string[] = ["--expose-gc", "--min-semi-space-size=16", "--max-semi-space-size=16"];

/** Twice what makes each page of the young generation be touched, in bytes. */
const churnBytes = 100_663_296;
const churnPieceBytes = 1_024;

/** Turns of the event loop in which things that are over let go of each other: closed sockets, settled promises. */
const turns = 4;

/** Makes garbage, until the machine has given out all of the young generation. */
function churn(): number {
  let length = 0;
  for (let bytes = 0; bytes < churnBytes; bytes += churnPieceBytes) {
    length += new Array<number>(churnPieceBytes / 8).fill(bytes).length;
  }
  return length;
}

/**
 * Collects garbage until nothing more goes.
 *
 * @throws {Error} when the process was not started with `--expose-gc`
 */
export async function settledMemory(): Promise<Memory> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("start node with --expose-gc");
  churn();
  for (let turn = 0; turn < turns; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    gc();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed, external, handles: process.getActiveResourcesInfo().length };
}
