import type { SeededRandom } from "../simulation/seeded-random.js";
import { type ByteStep, toSteps } from "./byte-steps.js";
import { ConnectionScript } from "./connection-script.js";
import { checkEngineIsEmpty } from "./engine-bounds.js";
import { must } from "./finding.js";
import { mutateFrames } from "./mutate-frames.js";
import { Peers, port } from "./peers.js";
import { recordings } from "./recordings.js";
import { type FuzzTarget, target } from "./target.js";

/** What a recorded client sent, changed, to a whole server of ours. */
export const mutatedServer: FuzzTarget = target<ByteStep>({
  name: "server",
  about: "mutated conversations to a whole server",
  share: 3,

  async make(random: SeededRandom): Promise<readonly ByteStep[]> {
    const all = await recordings();
    const { up } = random.pick(all);
    const pool = all.flatMap((one) => one.up.slice(1));
    const frames = random.chance(0.03)
      ? mutateFrames(up, random, pool)
      : [up[0] as Uint8Array, ...mutateFrames(up.slice(1), random, pool)];
    return toSteps(frames, random);
  },

  async run(steps: readonly ByteStep[], random: SeededRandom): Promise<void> {
    const peers = new Peers(random);
    const server = await peers.startServer(optionsOf(random));
    const script = new ConnectionScript("server");
    script.socket = peers.network.connect(port, script);
    await script.play(peers.loop, steps);
    must(script.over || script.socket.destroyed, "closing", () => "the connection is open although its peer is gone");
    must(
      peers.handlers.running === 0,
      "leftovers",
      () => `${peers.handlers.running} handlers run without a connection`,
    );
    for (const [id, count] of script.checker.endings)
      must(count === 1, "once", () => `stream ${id} ended ${count} times`);
    await peers.honestCall();
    await peers.close(server.close({ graceMs: 0 }), "the server");
    for (const socket of peers.network.sockets) checkEngineIsEmpty(socket);
    await peers.checkNothingLeft();
  },
});

function optionsOf(random: SeededRandom): Parameters<Peers["startServer"]>[0] {
  if (random.chance(0.5)) return {};
  return {
    http2: {
      streamWindowBytes: random.pick([1, 1_000, 65_535, 200_000]),
      windowBytesMax: random.pick([0, 16_777_216]),
    },
    limits: { concurrentStreamsMax: random.pick([1, 3, 100]), headerListBytesMax: random.pick([600, 16_384]) },
    receiveMessageBytesMax: random.pick([100, 4_194_304]),
    compression: { byDefault: random.chance(0.5) },
  };
}
