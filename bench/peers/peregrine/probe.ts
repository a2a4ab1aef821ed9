import type { Probe } from "peregrine";

/** What server and client are watched by; undefined unless the environment asks for it, and then nothing of it is loaded. */
export async function benchProbe(): Promise<Probe | undefined> {
  if (process.env["BENCH_PROBE"] !== "channelz") return undefined;
  const { channelz } = await import("peregrine/services");
  return channelz();
}
