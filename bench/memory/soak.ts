import { Child } from "./child.js";
import type { Memory } from "./settle.js";

export interface SoakSample {
  readonly calls: number;
  readonly server: Memory;
  readonly client: Memory;
}

/** How much more a process has at the end than at a third of the time. */
export interface Growth {
  /** As a part of what it had. */
  readonly heap: number;
  readonly rss: number;
  /** As a number. */
  readonly handles: number;
}

export interface SoakResult {
  readonly samples: readonly SoakSample[];
  readonly server: Growth;
  readonly client: Growth;
}

/**
 * Two measurements of the same state may differ by so much. What the machine gives to a process is coarser than its heap; a
 * connection that is just being replaced is open twice.
 */
export const growthMax: Growth = { heap: 0.03, rss: 0.1, handles: 2 };

/** A child is to answer within two minutes. */
const partMsMax = 60_000;
const partsMin = 12;

/**
 * Lets a client call a server without pause, in all the ways that calls go and end.
 *
 * @param parts of the time; after each one garbage is collected and both processes are measured
 */
export async function soak(
  durationMs: number,
  onSample: (sample: SoakSample) => void,
  parts: number = Math.max(partsMin, Math.ceil(durationMs / partMsMax)),
): Promise<SoakResult> {
  const server = new Child("peers/soak-server");
  const client = new Child("peers/soak-client");
  try {
    const port = (await server.ask("listen")) as number;
    const samples: SoakSample[] = [];
    let calls = 0;
    for (let part = 0; part < parts; part++) {
      calls += (await client.ask("run", port, durationMs / parts)) as number;
      const sample = { calls, server: await server.memory(), client: await client.memory() };
      samples.push(sample);
      onSample(sample);
    }
    return {
      samples,
      server: growthOf(samples.map((sample) => sample.server)),
      client: growthOf(samples.map((sample) => sample.client)),
    };
  } finally {
    await client.stop();
    await server.stop();
  }
}

/** What has grown by more than it may, by its name. */
export function grown({ server, client }: Pick<SoakResult, "server" | "client">): string[] {
  const names = ["heap", "rss", "handles"] as const;
  return Object.entries({ server, client }).flatMap(([who, growth]) =>
    names.filter((name) => !(growth[name] <= growthMax[name])).map((name) => `${name} of the ${who}`),
  );
}

function growthOf(memories: readonly Memory[]): Growth {
  const third = Math.floor(memories.length / 3);
  const handles = memories.map((memory) => memory.handles);
  return {
    heap: growth(memories.map((memory) => memory.heap)),
    rss: growth(memories.map((memory) => memory.rss)),
    handles: Math.min(...handles.slice(-third)) - Math.min(...handles.slice(third, 2 * third)),
  };
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
