/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** As many items as are asked for, each once, in an order that the seed decides. */
export function sample<T>(items: readonly T[], count: number, seed: number): T[] {
  const random = randomOf(seed);
  const rest = items.slice();
  const taken: T[] = [];
  while (taken.length < count && rest.length > 0) {
    const index = Math.floor(random() * rest.length);
    taken.push(rest[index] as T);
    rest[index] = rest.at(-1) as T;
    rest.pop();
  }
  return taken;
}
