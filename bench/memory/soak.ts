import { Child } from "./child.js";

export interface SoakSample {
  readonly calls: number;
  readonly serverHeap: number;
  readonly clientHeap: number;
}

export interface SoakResult {
  readonly samples: readonly SoakSample[];
  /** How much more each heap has at the end than at a third of the time, as a part of it. */
  readonly serverGrowth: number;
  readonly clientGrowth: number;
}

/** Heaps may differ by so much between two measurements of the same state. */
export const growthMax = 0.03;

/**
 * Lets a client call a server without pause, in all the ways that calls go and end.
 *
 * @param parts of the time; after each one garbage is collected and the heaps are measured
 */
export async function soak(
  durationMs: number,
  onSample: (sample: SoakSample) => void,
  parts: number = 12,
): Promise<SoakResult> {
  const server = new Child("peers/soak-server");
  const client = new Child("peers/soak-client");
  try {
    const port = (await server.ask("listen")) as number;
    const samples: SoakSample[] = [];
    let calls = 0;
    for (let part = 0; part < parts; part++) {
      calls += (await client.ask("run", port, durationMs / parts)) as number;
      const serverHeap = (await server.memory()).heap;
      const sample = { calls, serverHeap, clientHeap: (await client.memory()).heap };
      samples.push(sample);
      onSample(sample);
    }
    return {
      samples,
      serverGrowth: growth(samples.map(({ serverHeap }) => serverHeap)),
      clientGrowth: growth(samples.map(({ clientHeap }) => clientHeap)),
    };
  } finally {
    await client.stop();
    await server.stop();
  }
}

/**
 * From the first third to the end, each as the least of some measurements: what holds memory for a moment makes one larger,
 * a leak makes all of them larger.
 */
export function growth(heaps: readonly number[]): number {
  const third = Math.floor(heaps.length / 3);
  const early = Math.min(...heaps.slice(third, 2 * third));
  const late = Math.min(...heaps.slice(-third));
  return late / early - 1;
}
