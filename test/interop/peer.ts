import type { ServerProcess } from "../../tools/processes.js";

/** Files of a certificate made for the run, for `localhost` and 127.0.0.1. */
export interface CertificateFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Where the server under test is, as a peer's client gets it. */
export interface PeerTarget {
  readonly port: number;
  /** The file of the authority to trust, or undefined for plaintext. */
  readonly caFile: string | undefined;
}

/** Another implementation, ready to run. */
export interface Peer {
  readonly name: string;
  /** The cases that its client has, by name. */
  readonly clientCases: readonly string[];
  /** The cases of ours that its server can answer. */
  readonly serverCases: readonly string[];
  /** Runs one case of its client against a server. Gives what went wrong, or undefined. */
  runClient(name: string, target: PeerTarget): Promise<string | undefined>;
  startServer(certificate: CertificateFiles | undefined): Promise<ServerProcess>;
  /** Runs one of our cases against its server. Gives what went wrong, or undefined. */
  runOurClient(name: string, port: number, ca: string | undefined): Promise<string | undefined>;
}

/** Why a peer is left out of a run. */
export class Missing extends Error {}
