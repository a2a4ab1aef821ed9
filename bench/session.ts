import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../tools/files.js";
import { ours, peerSpecs } from "./catalogue.js";
import { Missing, Peer, type PeerSpec, type Surroundings } from "./peer.js";
import type { Progress } from "./run.js";
import { makeTlsFiles } from "./tls-files.js";

/** The peers of a run, and what they need; to be closed at its end. */
export interface Session {
  readonly peers: readonly Peer[];
  readonly leftOut: readonly string[];
  close(): Promise<void>;
}

export const cacheFolder: string = join(root, ".cache", "bench");

/** Programs of this revision on a Node. */
export function surroundingsOf(node: string): Surroundings {
  return { node, programs: fileURLToPath(new URL(".", import.meta.url)), cache: cacheFolder };
}

/** Peers that can be had, ours first; with names given, only those beside our own. */
export async function openSession(names: readonly string[], node: string, progress: Progress): Promise<Session> {
  const wanted = peerSpecs.filter(({ name }) => name === ours || names.length === 0 || names.includes(name));
  return prepareAll(wanted, surroundingsOf(node), progress);
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
  const close = async (): Promise<void> => {
    for (const peer of peers) await peer.stop();
    tls.remove();
  };
  return { peers, leftOut, close };
}
