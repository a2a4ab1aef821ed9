import { ours, peerSpecs } from "../catalogue.js";
import { smallBytes } from "../client/task.js";
import { Peer, type Programs } from "../peer.js";
import { hasProc } from "../proc.js";
import type { Figure, Row } from "../rows/row.js";
import { runRows } from "../run.js";
import { surroundingsOf } from "../session.js";
import { makeTlsFiles } from "../tls-files.js";

/**
 * What channelz costs a unary call: client and server of ours, each on a core of its own, with it at both ends and
 * without, in turns. Processor time says more than calls per second where the machine has other work; Linux tells it.
 */
const pace = { rounds: 15, durationMs: 1_000, warmUpMs: 1_000, newWarmUpMs: 3_000, quick: false };
const names = ["without", "channelz"] as const;
const load = { kind: "unary", payloadBytes: smallBytes, inFlight: 100, messages: 1 } as const;

const figure = { better: "lower", targets: [] } as const;
const row: Row = {
  name: "probe",
  group: "pair",
  figures: [
    { ...figure, name: "rate", title: "calls/s", unit: "calls/s", better: "higher" },
    { ...figure, name: "server", title: "server, ns of processor time per call", unit: "ns" },
    { ...figure, name: "client", title: "client, ns of processor time per call", unit: "ns" },
  ],
  speaks: ["grpc"],
  needs: "client",
  async measure(peer, { durationMs }) {
    const before = hasProc ? peer.cpuTimesUs() : undefined;
    const { operations, elapsedMs } = await peer.run({ ...load, durationMs }, false);
    const rate = (operations / elapsedMs) * 1_000;
    if (before === undefined) return [rate];
    const after = peer.cpuTimesUs();
    const perCall = (end: "server" | "client"): number => ((after[end] - before[end]) / operations) * 1_000;
    return [rate, perCall("server"), perCall("client")];
  },
};

/** What other work of the machine disturbed least. */
function best({ better }: Figure, rounds: readonly number[]): number {
  return better === "higher" ? Math.max(...rounds) : Math.min(...rounds);
}

function watched(programs: Programs): Programs {
  const env = { BENCH_PROBE: "channelz" };
  const client = programs.client === undefined ? {} : { client: { ...programs.client, env } };
  return { ...programs, server: { ...programs.server, env }, ...client };
}

const spec = peerSpecs.find(({ name }) => name === ours);
if (spec === undefined) throw new Error(`there is no peer ${ours}`);
const programs = await spec.prepare(surroundingsOf(process.execPath));
const tls = makeTlsFiles();
try {
  const peers = names.map(
    (name) => new Peer({ ...spec, name }, name === "channelz" ? watched(programs) : programs, tls),
  );
  for (const { figure, summaries, failures } of await runRows([row], peers, pace, () => undefined)) {
    for (const failure of failures.values()) throw new Error(failure);
    console.log(figure.title);
    for (const [name, { median, rounds }] of summaries) {
      console.log(`  ${name.padEnd(9)} ${median.toFixed(0)}, best round ${best(figure, rounds).toFixed(0)}`);
    }
    const [without, channelz] = names.map((name) => summaries.get(name));
    if (without === undefined || channelz === undefined) continue;
    const ratios = [channelz.median / without.median, best(figure, channelz.rounds) / best(figure, without.rounds)];
    console.log(`  ratio     ${ratios.map((ratio) => ratio.toFixed(3)).join(", best rounds ")}`);
  }
} finally {
  tls.remove();
}
