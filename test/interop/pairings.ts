import { soakNames } from "./case-names.js";
import { BadServer } from "./negative/bad-server.js";
import { ownNegativeCases, runOwnNegative } from "./negative/own-client.js";
import { negativeScripts } from "./negative/scripts.js";
import type { RunOptions } from "./options.js";
import { ownName } from "./peers/node.js";
import type { CertificateFiles, Peer, PeerClient, PeerServer } from "./peers/peer.js";
import type { Results } from "./results.js";

export const badServerName = "misbehaving server";
/** Beside ours, the client that shows whether a proxy or we are wrong. */
const proxyClients: ReadonlySet<string> = new Set([ownName, "grpc-go"]);
/** A thousand iterations each take long; with these two, ours shows what there is to show. */
const soakPeers: ReadonlySet<string> = new Set([ownName, "grpc-go"]);
/** A peer that hangs in case after case is named, and does not hold up the run. */
const pairingMsMax = 120_000;
/** More would only wait for each other on two cores. */
const pairingsAtOnce = 2;

const tooLate = `not run: the cases before it took longer than ${pairingMsMax} ms`;

type Job = () => Promise<void>;

interface Both {
  readonly names: { readonly client: string; readonly server: string };
  readonly client: PeerClient;
  readonly server: PeerServer;
}

/** Certificates of the run, and what the authority's file says. */
export interface RunCertificates extends CertificateFiles {
  readonly caText: string;
}

/** Ours with ours, ours with each peer both ways, and all with all where asked. */
export function choosePairings(peers: readonly Peer[], { only, allPairs }: RunOptions): Both[] {
  const chosen: Both[] = [];
  for (const one of peers) {
    for (const other of peers) {
      if (one.client === undefined || other.server === undefined) continue;
      const hasOwn = one.name === ownName || other.name === ownName;
      const wanted = other.server.isProxy ? proxyClients.has(one.name) : hasOwn;
      if (!(wanted || allPairs)) continue;
      if (only !== undefined && !one.name.includes(only) && !other.name.includes(only)) continue;
      chosen.push({ names: { client: one.name, server: other.name }, client: one.client, server: other.server });
    }
  }
  return chosen;
}

/** Runs all, a few at once. */
export async function runPairings(
  results: Results,
  peers: readonly Peer[],
  options: RunOptions,
  certificates: RunCertificates,
): Promise<void> {
  const jobs: Job[] = choosePairings(peers, options).flatMap((both) =>
    [false, true].map((secure) => () => runPairing(results, both, secure, options, certificates)),
  );
  for (const peer of peers) jobs.push(() => runNegative(results, peer, options));
  const next = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job();
  };
  await Promise.all(Array.from({ length: pairingsAtOnce }, next));
}

/** Gives each case with what went wrong; cases that are left when the time is over are not run, and fail. */
export async function* runCases(
  cases: readonly string[],
  run: (name: string) => Promise<string | undefined>,
  nowMs: () => number = () => performance.now(),
): AsyncGenerator<readonly [name: string, failure: string | undefined]> {
  const giveUpAtMs = nowMs() + pairingMsMax;
  for (const name of cases) yield [name, nowMs() > giveUpAtMs ? tooLate : await run(name)];
}

async function runPairing(
  results: Results,
  { names, client, server }: Both,
  secure: boolean,
  { caseName }: RunOptions,
  certificates: RunCertificates,
): Promise<void> {
  const soaks = soakPeers.has(names.client) && soakPeers.has(names.server);
  const cases = client.cases.filter(
    (name) =>
      server.cases.includes(name) &&
      (caseName === undefined || caseName === name) &&
      (soaks || !soakNames.includes(name)),
  );
  if (cases.length === 0) return;
  const pairing = { ...names, secure };
  const started = await server.start(secure ? certificates : undefined).catch((error: unknown) => {
    results.add(pairing, "(server starts)", String(error));
  });
  if (started === undefined) return;
  const ca = secure ? { file: certificates.ca, text: certificates.caText } : undefined;
  const startMs = performance.now();
  const run = (name: string): Promise<string | undefined> => client.run(name, { port: started.port, ca });
  for await (const [name, failure] of runCases(cases, run)) results.add(pairing, name, failure);
  await started.stop();
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.error(
    `${names.client} -> ${names.server}, ${secure ? "TLS" : "plain"}: ${cases.length} cases in ${seconds} s`,
  );
}

/** The official clients check our bad server, and it checks ours. */
async function runNegative(results: Results, peer: Peer, { only, caseName }: RunOptions): Promise<void> {
  if (only !== undefined && !peer.name.includes(only)) return;
  const cases = peer.name === ownName ? Object.keys(ownNegativeCases) : (peer.runNegative?.cases ?? []);
  for (const name of cases) {
    if (caseName !== undefined && caseName !== name) continue;
    const server = await BadServer.start(negativeScripts[name]!);
    const { port } = server;
    const failure =
      peer.name === ownName
        ? await runOwnNegative(name, port)
        : await peer.runNegative!.run(name, { port, ca: undefined });
    results.add({ client: peer.name, server: badServerName, secure: false }, name, failure ?? (await server.verdict()));
    await server.close();
  }
}
