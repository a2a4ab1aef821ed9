import type { Done } from "./client.js";

/** The requests of a streaming call, for stacks that take async iterables. */
export async function* requests(payload: Uint8Array, messages: number): AsyncGenerator<{ payload: Uint8Array }> {
  for (let i = 0; i < messages; i++) yield { payload };
}

/** Reads answers to their end, for stacks that give async iterables. */
export function readAll(
  answers: AsyncIterable<{ readonly payload: Uint8Array }>,
  onMessage: (payload: Uint8Array) => void,
  done: Done,
): void {
  const read = async (): Promise<void> => {
    for await (const { payload } of answers) onMessage(payload);
  };
  read().then(() => done(), done);
}
