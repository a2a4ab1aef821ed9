/** One client against one server, plaintext or TLS. */
export interface Pairing {
  readonly client: string;
  readonly server: string;
  readonly secure: boolean;
}

/** What came out of a run, in order. */
export class Results {
  readonly #columns = new Map<string, Map<string, string | undefined>>();
  readonly #leftOut: string[] = [];

  /** Notes a case; `failure` tells what went wrong, undefined that it passed. */
  add(pairing: Pairing, name: string, failure: string | undefined): void {
    const title = `${pairing.client} -> ${pairing.server}, ${pairing.secure ? "TLS" : "plain"}`;
    const column = this.#columns.get(title) ?? new Map<string, string | undefined>();
    this.#columns.set(title, column.set(name, failure));
    if (failure !== undefined) console.error(`FAILED ${title}: ${name}\n${failure.replace(/^/gm, "    ")}`);
  }

  leaveOut(name: string, reason: string): void {
    this.#leftOut.push(`${name}: ${reason}`);
  }

  get leftOut(): readonly string[] {
    return this.#leftOut;
  }

  count(failed: boolean): number {
    let count = 0;
    for (const column of this.#columns.values()) {
      for (const failure of column.values()) if ((failure !== undefined) === failed) count++;
    }
    return count;
  }

  /** A line for each case, a column for each pairing; `.` where a pairing does not have the case. */
  matrix(): string[] {
    const titles = [...this.#columns.keys()];
    const names = [...new Set([...this.#columns.values()].flatMap((column) => [...column.keys()]))];
    const width = Math.max(...names.map((name) => name.length));
    const legend = titles.map((title, index) => `${index + 1}  ${title}`);
    const head = `${"".padEnd(width)}  ${titles.map((_, index) => `${index + 1}`.padEnd(5)).join("")}`;
    const rows = names.map((name) => {
      const cells = titles.map((title) => this.#cell(title, name).padEnd(5));
      return `${name.padEnd(width)}  ${cells.join("")}`;
    });
    return [...legend, "", head, ...rows];
  }

  #cell(title: string, name: string): string {
    const column = this.#columns.get(title)!;
    if (!column.has(name)) return ".";
    return column.get(name) === undefined ? "ok" : "FAIL";
  }
}
