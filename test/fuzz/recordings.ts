import { frameHeaderBytes, readUint24 } from "../../src/http2/frame/frame-header.js";
import { clientPreface } from "../../src/http2/preface.js";
import { SeededRandom } from "../simulation/seeded-random.js";
import { type CallEnd, Peers } from "./peers.js";
import { type Scenario, scenarios } from "./scenarios.js";

/** The bytes of a conversation that went well, frame by frame; the preface is the first of those that go up. */
export interface Recording {
  readonly scenario: Scenario;
  readonly up: readonly Uint8Array[];
  readonly down: readonly Uint8Array[];
  readonly ends: readonly CallEnd[];
}

let recorded: Promise<readonly Recording[]> | undefined;

/** All conversations; made once. */
export function recordings(): Promise<readonly Recording[]> {
  recorded ??= Promise.all(scenarios.map(record));
  return recorded;
}

async function record(scenario: Scenario): Promise<Recording> {
  const peers = new Peers(new SeededRandom(1));
  const bytes: { up: Uint8Array[]; down: Uint8Array[] } = { up: [], down: [] };
  peers.network.tap = (direction, chunk) => void bytes[direction].push(chunk);
  const server = await peers.startServer(scenario.server);
  const channel = peers.makeChannel(scenario.channel);
  const ends = scenario.calls.map((planned) => peers.call(channel, planned));
  await peers.loop.settle();
  const drained = scenario.drains === true ? server.close({ graceMs: 5_000 }) : undefined;
  await peers.loop.pass(10_000);
  await peers.close(channel.close({ graceMs: 0 }), "the channel");
  await peers.close(drained ?? server.close({ graceMs: 0 }), "the server");
  await peers.checkNothingLeft();
  const up = Buffer.concat(bytes.up);
  return {
    scenario,
    up: [up.subarray(0, clientPreface.length), ...framesOf(up.subarray(clientPreface.length))],
    down: framesOf(Buffer.concat(bytes.down)),
    ends: await Promise.all(ends),
  };
}

/** Cuts whole frames apart. */
export function framesOf(bytes: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at + frameHeaderBytes <= bytes.length; ) {
    const end = at + frameHeaderBytes + readUint24(bytes, at);
    frames.push(bytes.slice(at, end));
    at = end;
  }
  return frames;
}
