import type { SeededRandom } from "../simulation/seeded-random.js";

/** What a script does to a connection: a chunk of bytes, time that passes, the peer not reading or reading again. */
export type ByteStep =
  | { readonly bytes: Uint8Array }
  | { readonly passMs: number }
  | { readonly stalled: boolean }
  /** How the script ends: the peer ends its side, resets, or says nothing more. */
  | { readonly end: "fin" | "reset" | "silence" };

/** Lays frames out as chunks: each its own, many joined, or cut anywhere; and at times something else happens between. */
export function toSteps(frames: readonly Uint8Array[], random: SeededRandom): ByteStep[] {
  const steps: ByteStep[] = [];
  const joins = random.pick([0, 0.3, 0.9]);
  const cuts = random.pick([0, 0, 0.2, 0.8]);
  let waiting: Uint8Array[] = [];
  const flush = (): void => {
    if (waiting.length > 0)
      pushCut(steps, Buffer.concat(waiting), random.chance(cuts) ? random.scale(1, 40) : 0, random);
    waiting = [];
  };
  for (const one of frames) {
    waiting.push(one);
    if (random.chance(joins)) continue;
    flush();
    if (random.chance(0.03)) steps.push({ passMs: random.scale(1, 40_000) });
    if (random.chance(0.02)) steps.push({ stalled: random.chance(0.6) });
  }
  flush();
  steps.push({ end: random.pick(["fin", "fin", "reset", "silence"]) });
  return steps;
}

function pushCut(steps: ByteStep[], bytes: Buffer, cuts: number, random: SeededRandom): void {
  const places = Array.from({ length: cuts }, () => random.int(0, bytes.length)).sort((a, b) => a - b);
  let from = 0;
  for (const place of [...places, bytes.length]) {
    if (place > from) steps.push({ bytes: new Uint8Array(bytes.subarray(from, place)) });
    from = place;
  }
}
