import { parseArgs } from "node:util";

/** What was asked for on the command line. */
export interface Request {
  readonly rows: readonly string[];
  readonly peers: readonly string[];
  readonly quick: boolean;
  readonly rounds: number | undefined;
  readonly list: boolean;
  readonly json: boolean;
  readonly runtimes: boolean;
  readonly chart: string | undefined;
  readonly compare: string | undefined;
  readonly check: boolean;
  readonly writeBaseline: boolean;
}

/** What there is to choose from. */
export interface Choices {
  readonly rows: readonly string[];
  readonly peers: readonly string[];
}

/** A mistake of whoever called the program; its message says what there is. */
export class UsageError extends Error {}

const options = {
  quick: { type: "boolean", default: false },
  rounds: { type: "string" },
  peers: { type: "string" },
  list: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  runtimes: { type: "boolean", default: false },
  chart: { type: "string" },
  compare: { type: "string" },
  check: { type: "boolean", default: false },
  "write-baseline": { type: "boolean", default: false },
} as const;

const usage = `npm run bench -- [ROW...] [options]

  ROW                 only rows whose name holds one of the words; "latency" or "unary-server-tls"
  --quick             short rounds and small sizes: for a look, not for a claim
  --rounds N          rounds of each peer in each row
  --peers NAME,NAME   only these beside our own
  --list              the rows and peers that there are
  --json              print the results as JSON
  --chart FILE        draw the main rows as SVG
  --runtimes          the same on each supported version of Node, which are installed into .cache/
  --compare REVISION  our own work tree against another revision of it, and no peer
  --check             fail when our ratios are 15 % worse than in bench/baseline.json (or baseline-quick.json)
  --write-baseline    write the ratios of this run into that file`;

/** @throws UsageError naming what is wrong and what there is */
export function readArguments(args: readonly string[], choices: Choices): Request {
  const { values, positionals } = parse(args);
  const exclusive = ["compare", "check", "write-baseline", "runtimes"] as const;
  const asked = exclusive.filter((name) => values[name] !== undefined && values[name] !== false);
  if (asked.length > 1) throw new UsageError(`--${asked[0]} and --${asked[1]} cannot be had in one run`);
  const peers = (values.peers ?? "").split(",").filter((name) => name !== "");
  for (const name of peers) if (!choices.peers.includes(name)) throw unknown("peer", name, choices.peers);
  if (peers.length > 0 && values.compare !== undefined) {
    throw new UsageError("--compare takes no --peers: it compares two revisions of our own");
  }
  return {
    rows: selectRows(positionals, choices.rows),
    peers,
    quick: values.quick,
    rounds: values.rounds === undefined ? undefined : readRounds(values.rounds),
    list: values.list,
    json: values.json,
    runtimes: values.runtimes,
    chart: values.chart,
    compare: values.compare,
    check: values.check,
    writeBaseline: values["write-baseline"],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

function readRounds(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
    throw new UsageError(`--rounds ${text}: a whole number from 1 to 100 is needed`);
  }
  return rounds;
}

/** A word selects every row whose name holds it, or that one row whose name it is. All rows without a word. */
function selectRows(words: readonly string[], rows: readonly string[]): string[] {
  if (words.length === 0) return [...rows];
  const selected = new Set<string>();
  for (const word of words) {
    const found = rows.includes(word) ? [word] : rows.filter((name) => name.includes(word));
    if (found.length === 0) throw unknown("row", word, rows);
    for (const name of found) selected.add(name);
  }
  return rows.filter((name) => selected.has(name));
}

function unknown(what: string, name: string, known: readonly string[]): UsageError {
  return new UsageError(`there is no ${what} "${name}"; there are: ${known.join(", ")}`);
}
