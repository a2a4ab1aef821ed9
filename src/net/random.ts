import type { Random } from "../base/clock.js";

/** The machine's randomness, for jitter and picks. Not for secrets. */
export const systemRandom: Random = () => Math.random();
