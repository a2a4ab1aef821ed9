import type { SeededRandom } from "../simulation/seeded-random.js";
import { type ByteStep, toSteps } from "./byte-steps.js";
import { ConnectionScript } from "./connection-script.js";
import { checkEngineIsEmpty } from "./engine-bounds.js";
import { must } from "./finding.js";
import { mutateFrames } from "./mutate-frames.js";
import { type CallEnd, Peers } from "./peers.js";
import { recordings } from "./recordings.js";
import { scenarios } from "./scenarios.js";
import { type FuzzTarget, target } from "./target.js";

/** The calls that the client makes, then what the server says to them. */
type ClientStep = { readonly scenario: number } | ByteStep;

const unauthenticated = 16;

/** What a recorded server sent, changed, to a whole channel of ours; its later connections reach an honest server. */
export const mutatedClient: FuzzTarget = target<ClientStep>({
  name: "client",
  about: "mutated conversations to a whole channel",
  share: 3,

  async make(random: SeededRandom): Promise<readonly ClientStep[]> {
    const all = await recordings();
    const scenario = random.int(0, all.length - 1);
    const { down = [] } = all[scenario] ?? {};
    const pool = all.flatMap((one) => one.down);
    return [{ scenario }, ...toSteps(mutateFrames(down, random, pool), random)];
  },

  async run(steps: readonly ClientStep[], random: SeededRandom): Promise<void> {
    const peers = new Peers(random);
    const server = await peers.startServer({});
    const script = new ConnectionScript("client");
    peers.network.script = (socket) => {
      if (script.socket !== undefined) return undefined;
      script.socket = socket;
      return script;
    };
    const channel = peers.makeChannel({});
    const planned = steps.flatMap((step) => ("scenario" in step ? (scenarios[step.scenario]?.calls ?? []) : []));
    const ends: (CallEnd | undefined)[] = planned.map(() => undefined);
    const errors: unknown[] = [];
    planned.forEach((one, at) => {
      peers.call(channel, one).then(
        (end) => {
          ends[at] = end;
        },
        (error: unknown) => errors.push(error),
      );
    });
    await peers.loop.settle();
    await script.play(
      peers.loop,
      steps.filter((step): step is ByteStep => !("scenario" in step)),
    );
    // The connection is over, and what is tried again has an honest server: nothing is left to wait for.
    await peers.loop.pass(10_000);
    if (errors.length > 0) throw errors[0];
    ends.forEach((end, at) => {
      must(end !== undefined, "ending", () => `call ${at} (${planned[at]?.shape}) does not end`);
      must(end.code >= 0 && end.code <= unauthenticated, "status", () => `call ${at} ended with ${end.code}`);
    });
    await peers.honestCall();
    await peers.close(channel.close({ graceMs: 0 }), "the channel");
    await peers.close(server.close({ graceMs: 0 }), "the server");
    for (const socket of peers.network.sockets) checkEngineIsEmpty(socket);
    await peers.checkNothingLeft();
  },
});
