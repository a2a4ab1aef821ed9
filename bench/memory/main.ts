import { parseArgs } from "node:util";
import { holdMany } from "./many.js";
import { type Measurement, measureAll } from "./measure.js";
import { slowReader } from "./slow-reader.js";
import { type Growth, grown, growthMax, type SoakSample, soak } from "./soak.js";
import { worstCosts } from "./worst.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** `items`: connections and streams that are counted. */
    count: { type: "string", default: "4000" },
    /** `soak`: how long. */
    seconds: { type: "string", default: "600" },
    json: { type: "boolean", default: false },
  },
});

type Line = Readonly<Record<string, string | number>>;

/** What can be measured; all of it but the soak when nothing is named. */
const parts: Readonly<Record<string, () => Promise<readonly Line[]>>> = {
  items: async () => (await measureAll({ count: Number(values.count) })).map(itemLine),
  slow: async () => {
    const lines: Line[] = [];
    for (const bytes of [0, 10, 100, 1_000, 10_000]) lines.push(rounded(await slowReader(bytes)));
    return lines;
  },
  many: async () => {
    const lines: Line[] = [];
    for (const [connections, streams] of [
      [10_000, 10],
      [100, 1_000],
    ] as const) {
      const result = await holdMany(connections, streams);
      if (result.ended !== result.streams || result.socketsLeft > 0) process.exitCode = 1;
      lines.push(rounded({ ...result }));
    }
    return lines;
  },
  worst: async () => (await worstCosts(Math.min(Number(values.count), 1_000))).map((one) => rounded(one)),
  soak: runSoak,
};

function itemLine({ what, who, bytes }: Measurement): Line {
  return { what, who, ...bytes };
}

function rounded(line: Line | object): Line {
  const entries = Object.entries(line as Line).map(([name, value]): [string, string | number] => [
    name,
    typeof value === "number" ? Math.round(value * 100) / 100 : value,
  ]);
  return Object.fromEntries(entries);
}

async function runSoak(): Promise<readonly Line[]> {
  const result = await soak(Number(values.seconds) * 1_000, (sample) => {
    if (!values.json) console.log(soakLine(sample));
  });
  const calls = result.samples.at(-1)?.calls ?? 0;
  for (const what of grown(result)) {
    console.error(`the ${what} has grown`);
    process.exitCode = 1;
  }
  const line = (who: string, { heap, rss, handles }: Growth): Line => ({ calls, who, heap, rss, handles });
  return [line("server", result.server), line("client", result.client), line("at most", growthMax)].map(rounded);
}

function soakLine({ calls, server, client }: SoakSample): string {
  const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(2);
  const both = (name: "heap" | "rss"): string => `${mebibytes(server[name])} and ${mebibytes(client[name])} MiB`;
  return `${calls} calls; server and client: heap ${both("heap")}, RSS ${both("rss")}, handles ${server.handles} and ${client.handles}`;
}

const wanted = positionals.length > 0 ? positionals : Object.keys(parts).filter((name) => name !== "soak");
const results: Record<string, readonly Line[]> = {};
for (const name of wanted) {
  const part = parts[name];
  if (part === undefined) throw new Error(`nothing named ${name}; there are: ${Object.keys(parts).join(", ")}`);
  const lines = await part();
  results[name] = lines;
  if (values.json) continue;
  console.log(name);
  console.table(lines);
}
if (values.json) console.log(JSON.stringify(results, null, 2));
