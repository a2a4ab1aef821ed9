import { fileURLToPath } from "node:url";
import { cacheFolder } from "./cache.js";
import { ours, peerSpecs } from "./catalogue.js";
import type { Checkout } from "./checkout.js";
import { Missing, Peer, type PeerSpec, type Surroundings } from "./peer.js";
import type { Progress } from "./run.js";
import { makeTlsFiles, type TlsFiles } from "./tls-files.js";

/** The peers of a run, and what they need; to be closed at its end. */
export interface Session {
  readonly peers: readonly Peer[];
  readonly leftOut: readonly string[];
  close(): Promise<void>;
}

/** Programs of this revision on a Node. */
export function surroundingsOf(node: string): Surroundings {
  return { node, programs: fileURLToPath(new URL(".", import.meta.url)), cache: cacheFolder };
}

/** Peers that can be had, ours first; with names given, only those beside our own. */
export async function openSession(names: readonly string[], node: string, progress: Progress): Promise<Session> {
  const wanted = peerSpecs.filter(({ name }) => name === ours || names.length === 0 || names.includes(name));
  return prepareAll(wanted, surroundingsOf(node), progress);
}

/** Two revisions of ours beside each other. */
export async function openComparison(now: string, before: Checkout, node: string): Promise<Session> {
  const spec = peerSpecs.find(({ name }) => name === ours)!;
  const here = surroundingsOf(node);
  const tls = makeTlsFiles();
  const there = { ...here, programs: before.programs };
  const peers = [
    new Peer({ ...spec, name: now }, await spec.prepare(here), tls),
    new Peer({ ...spec, name: before.name }, await spec.prepare(there), tls),
  ];
  return { peers, leftOut: [], close: () => closeAll(peers, tls) };
}

async function closeAll(peers: readonly Peer[], tls: TlsFiles): Promise<void> {
  for (const peer of peers) await peer.stop();
  tls.remove();
}

async function prepareAll(
  specs: readonly PeerSpec[],
  surroundings: Surroundings,
  progress: Progress,
): Promise<Session> {
  const tls = makeTlsFiles();
  const peers: Peer[] = [];
  const leftOut: string[] = [];
  for (const spec of specs) {
    progress(`${spec.name}: prepared`);
    try {
      peers.push(new Peer(spec, await spec.prepare(surroundings), tls));
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      leftOut.push(`${spec.name}: ${error.message}`);
    }
  }
  return { peers, leftOut, close: () => closeAll(peers, tls) };
}
