import { Child } from "./child.js";

export interface ManyResult {
  readonly connections: number;
  readonly streams: number;
  /** Time to open all, in seconds. */
  readonly openSeconds: number;
  /** Memory of the server with all of them open, above what it had before, in bytes. */
  readonly rssBytes: number;
  /** Streams that ended well when they were asked to. */
  readonly ended: number;
  readonly endSeconds: number;
  /** What was left when all was closed. */
  readonly socketsLeft: number;
  /** Heap that is more after the second time than after the first, in bytes. */
  readonly heapLeftBytes: number;
}

/** Has one server hold connections with open streams on each, all at the same time, end every stream, and close. */
export async function holdMany(connections: number, streamsEach: number): Promise<ManyResult> {
  const server = new Child("peers/peregrine-server");
  const crowd = new Child("crowd");
  try {
    const port = (await server.ask("listen")) as number;
    await crowd.ask("connect", port, 100, 1);
    await crowd.ask("open", 100);
    await crowd.ask("finish");
    await crowd.ask("close");
    const before = await server.memory();
    const startMs = performance.now();
    await crowd.ask("connect", port, connections, 1);
    await crowd.ask("open", streamsEach);
    const openedMs = performance.now();
    const held = await server.memory();
    const finishMs = performance.now();
    const ended = (await crowd.ask("finish")) as number;
    const endedMs = performance.now();
    await crowd.ask("close");
    const once = await server.memory();
    await crowd.ask("connect", port, connections, 1);
    await crowd.ask("open", streamsEach);
    await crowd.ask("finish");
    await crowd.ask("close");
    const twice = await server.memory();
    return {
      connections,
      streams: connections * streamsEach,
      openSeconds: (openedMs - startMs) / 1_000,
      rssBytes: held.rss - before.rss,
      ended,
      endSeconds: (endedMs - finishMs) / 1_000,
      socketsLeft: (await server.ask("sockets")) as number,
      heapLeftBytes: twice.heap - once.heap,
    };
  } finally {
    await crowd.stop();
    await server.stop();
  }
}
