import { Child } from "./child.js";

export interface SlowReaderResult {
  /** Bytes of one message as it is queued, with its prefix. */
  readonly messageBytes: number;
  /** Messages that the server holds for each reader. */
  readonly queued: number;
  /** What they cost it, each, in bytes: heap and what it holds outside by the number of messages. */
  readonly bytesPerMessage: number;
}

const readers = 20;
/** What a reader of the measurement takes before it stops: the window that a stream begins with. */
const takenBytes = 65_535;
/** Twice the same count, so far apart, is the end. */
const pauseMs = 200;

/** A server that streams on for so many of them will not stop: its readers take what they should not. */
const pausesMax = 150;

/** Has a server stream to readers that stop, until it waits for them, and measures what it holds. */
export async function slowReader(payloadBytes: number): Promise<SlowReaderResult> {
  const server = new Child("peers/peregrine-server");
  const crowd = new Child("crowd");
  try {
    const port = (await server.ask("listen")) as number;
    await server.ask("size", payloadBytes);
    await crowd.ask("connect", port, readers, 1);
    await crowd.ask("stall");
    await crowd.ask("close");
    await crowd.ask("connect", port, readers, 1);
    const before = await server.memory();
    const begun = await settledCount(server);
    await crowd.ask("stall");
    const streamed = (await settledCount(server)) - begun;
    const after = await server.memory();
    // Not the process's memory: what was encoded and sent on the way there leaves room in it.
    const held = after.heap + after.external - before.heap - before.external;
    // Tag and length are a byte each below 128 bytes of payload; an empty payload is not sent.
    const messageBytes = 5 + (payloadBytes === 0 ? 0 : payloadBytes < 128 ? 2 + payloadBytes : 3 + payloadBytes);
    const queued = streamed / readers - Math.floor(takenBytes / messageBytes);
    return { messageBytes, queued, bytesPerMessage: held / (queued * readers) };
  } finally {
    await crowd.stop();
    await server.stop();
  }
}

async function settledCount(server: Child): Promise<number> {
  let last = -1;
  for (let pauses = 0; pauses < pausesMax; pauses++) {
    const count = (await server.ask("streamed")) as number;
    if (count === last) return count;
    last = count;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new Error(`the server still streams after ${(pausesMax * pauseMs) / 1_000} s: ${last} messages`);
}
