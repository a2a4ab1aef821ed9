import type { ServerProcess } from "../../../tools/processes.js";

/** Files of a certificate made for the run, for `localhost` and 127.0.0.1. */
export interface CertificateFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Where the server under test is, as a client gets it. */
export interface PeerTarget {
  readonly port: number;
  /** The authority to trust, undefined for plaintext: its file, and what is in it. */
  readonly ca: { readonly file: string; readonly text: string } | undefined;
}

export interface PeerClient {
  /** The cases that it has, by name. */
  readonly cases: readonly string[];
  /** Runs one case against a server. Gives what went wrong, or undefined. */
  run(name: string, target: PeerTarget): Promise<string | undefined>;
}

export interface PeerServer {
  /** The cases that it can answer. */
  readonly cases: readonly string[];
  /** Plaintext without a certificate. */
  start(certificate: CertificateFiles | undefined): Promise<ServerProcess>;
  /** A proxy in front of our server: few clients show what it changes. */
  readonly isProxy?: boolean;
}

/** An implementation, ready to run. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  readonly client?: PeerClient;
  readonly server?: PeerServer;
  /** Runs a case of its official client for misbehaving servers, plaintext. */
  readonly runNegative?: PeerClient;
}

/** What peers are made with. */
export interface Surroundings {
  /** Kept between runs. */
  readonly cacheFolder: string;
  /** Of this run. */
  readonly runFolder: string;
  readonly certificates: CertificateFiles;
  /** Also builds that take minutes. */
  readonly buildsAll: boolean;
}

export type Prepare = (surroundings: Surroundings) => Promise<Peer>;

/** Why a peer is left out of a run. */
export class Missing extends Error {}
