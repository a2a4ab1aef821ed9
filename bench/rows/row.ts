import type { Peer, Protocol } from "../peer.js";

/** What a figure has to reach; ratios are ours to the peer's. */
export type Target =
  | { readonly kind: "ratio"; readonly peer: string; readonly factor: number }
  /** At most so much more than the peer's figure. */
  | { readonly kind: "above"; readonly peer: string; readonly amount: number }
  /** Ours alone is at most this. */
  | { readonly kind: "most"; readonly value: number };

export function ratioTarget(peer: string, factor: number): Target {
  return { kind: "ratio", peer, factor };
}

/** One line of a table. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly better: "higher" | "lower";
  readonly targets: readonly Target[];
  /** A figure that says something of one stack only: no ratio is made of it. */
  readonly alone?: boolean;
  /** Swings too much from run to run to be checked against a baseline. */
  readonly unsteady?: boolean;
}

export interface RoundOptions {
  /** How long one round of one peer lasts, about. */
  readonly durationMs: number;
  /** The figure of this round is not kept. */
  readonly warmUp: boolean;
  /** Smaller sizes, for a look. */
  readonly quick: boolean;
}

/** One measurement, which gives one figure or several. */
export interface Row {
  /** How it is named on the command line: words and hyphens. */
  readonly name: string;
  readonly group: Group;
  readonly figures: readonly Figure[];
  /** Why it cannot run here. */
  readonly leftOut?: string | undefined;
  /** What has been left away from it here, for the reader of the table. */
  readonly note?: string | undefined;
  readonly speaks: readonly Protocol[];
  /** Which program of a peer it needs beside the server. */
  readonly needs?: "client" | "importer";
  /** Rounds that are not kept come first; default true. */
  readonly warmsUp?: boolean;
  /** Takes long, as where each round begins with new processes: a quick run has one round of ours and of those that the targets name. */
  readonly slow?: boolean;
  /** Most rounds that make sense: some figures are slow to take and steady. */
  readonly roundsMax?: number;
  /** One round of one peer: a number for each figure. */
  measure(peer: Peer, options: RoundOptions): Promise<readonly number[]>;
}

/** Groups of rows, in the order of the tables. */
export const groups = {
  server: "Server alone, loaded by h2load",
  pair: "Client and server of one stack, unary",
  stream: "Client and server of one stack, streams of 100-byte messages",
  large: "Client and server of one stack, 1 MiB messages",
  memory: "Memory of the server process",
  import: "Start",
  growth: "Growth",
} as const;
export type Group = keyof typeof groups;

/** A row and the same over TLS. */
export function withTls(make: (secure: boolean) => Row): readonly Row[] {
  return [make(false), make(true)];
}

/** Name and title of a figure or row over TLS. */
export function secured(name: string, secure: boolean): string {
  return secure ? `${name}-tls` : name;
}

export function titled(title: string, secure: boolean): string {
  return secure ? `${title}, TLS` : title;
}

/** Does a target speak of this peer? */
function isNamed(row: Row, name: string): boolean {
  return row.figures.some(({ targets }) => targets.some((target) => target.kind !== "most" && target.peer === name));
}

/** Can this peer take part in the row, and does it in a quick run? */
export function takesPart(row: Row, peer: Pick<Peer, "name" | "own" | "speaks" | "programs">, quick: boolean): boolean {
  if (quick && row.slow === true && !peer.own && !isNamed(row, peer.name)) return false;
  if (!row.speaks.includes(peer.speaks)) return false;
  return row.needs === undefined || peer.programs[row.needs] !== undefined;
}
