import { findKnownFault, type KnownFault } from "./known-faults.js";

/** One client against one server, plaintext or TLS. */
export interface Pairing {
  readonly client: string;
  readonly server: string;
  readonly secure: boolean;
}

export interface CaseResult extends Pairing {
  readonly case: string;
  /** What went wrong; undefined when it passed. */
  readonly failure?: string;
  /** The peer's fault by which it was expected to fail. */
  readonly known?: KnownFault;
}

type FindFault = (pairing: Pairing, name: string) => KnownFault | undefined;

/** What came out of a run. */
export class Results {
  readonly #all: CaseResult[] = [];
  readonly #leftOut: string[] = [];
  readonly #findFault: FindFault;

  constructor(findFault: FindFault = findKnownFault) {
    this.#findFault = findFault;
  }

  /** Notes a case; `failure` tells what went wrong, undefined that it passed. */
  add({ client, server, secure }: Pairing, name: string, failure: string | undefined): void {
    const pairing = { client, server, secure };
    const known = this.#findFault(pairing, name);
    const judged =
      known !== undefined && failure === undefined ? "passes, though it is listed as a known fault" : failure;
    const isKnown = known !== undefined && failure !== undefined;
    this.#all.push({
      ...pairing,
      case: name,
      ...(judged !== undefined && { failure: judged }),
      ...(isKnown && { known }),
    });
    if (judged === undefined || isKnown) return;
    console.error(`FAILED ${titleOf(pairing)}: ${name}\n${judged.replace(/^/gm, "    ")}`);
  }

  leaveOut(name: string, reason: string): void {
    this.#leftOut.push(`${name}: ${reason}`);
  }

  get all(): readonly CaseResult[] {
    return this.#all;
  }

  get leftOut(): readonly string[] {
    return this.#leftOut;
  }

  get passed(): number {
    return this.#all.filter(({ failure }) => failure === undefined).length;
  }

  get known(): number {
    return this.#all.filter(({ known }) => known !== undefined).length;
  }

  get failed(): number {
    return this.#all.length - this.passed - this.known;
  }

  /** Passed of total for each pairing, `names` in their order: a row for each client, a column for each server. */
  matrix(names: readonly string[]): string[][] {
    const has = (role: "client" | "server", name: string): boolean => this.#all.some((one) => one[role] === name);
    const servers = names.filter((name) => has("server", name));
    const rows = names
      .filter((name) => has("client", name))
      .map((client) => [client, ...servers.map((server) => this.#cell(client, server))]);
    return [["client \\ server", ...servers], ...rows];
  }

  /** Plaintext, then TLS. */
  #cell(client: string, server: string): string {
    const texts = [false, true].flatMap((secure) => {
      const found = this.#all.filter((one) => one.client === client && one.server === server && one.secure === secure);
      if (found.length === 0) return [];
      const passed = found.filter(({ failure }) => failure === undefined).length;
      return [`${passed}/${found.length}${found.some(({ known }) => known !== undefined) ? "*" : ""}`];
    });
    return texts.join(" ");
  }
}

function titleOf({ client, server, secure }: Pairing): string {
  return `${client} -> ${server}, ${secure ? "TLS" : "plain"}`;
}

/** Columns of equal width. */
export function alignTable(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
}
