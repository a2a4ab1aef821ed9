import { data, END_STREAM, headers } from "../../../src/http2/frames.testing.js";
import { okHead } from "../../specification/grpc/raw-server.testing.js";
import { amplifiedBounds, amplifiers, messagesHeld } from "../amplifiers.js";
import type { ClientAttack } from "../attack.js";
import { type ClientStage, expectEnds } from "../stage.js";

const timeoutMs = 15_000;

/** Answers one call with a response, over a connection of its own. */
async function answer(stage: ClientStage, body: Uint8Array, status: string): Promise<void> {
  const ends = stage.call({ method: "keep", count: 1, timeoutMs });
  const { attacker, id } = await stage.acceptCall();
  attacker.send(
    headers(id, [...okHead, "grpc-encoding", "gzip"]),
    data(id, body),
    headers(id, ["grpc-status", "0"], END_STREAM),
  );
  await expectEnds(ends, status);
  attacker.socket.destroy();
}

/** Responses that are small compressed, large decompressed, and would be far larger decoded. */
export const amplifiedResponses: readonly ClientAttack[] = amplifiers.map(
  ({ title, guard, unguarded, taken, refused }): ClientAttack => ({
    name: `compressed responses of ${title}`,
    vector: "decode-amplification",
    role: "client",
    guard,
    bounds: amplifiedBounds,
    ...(unguarded === undefined ? {} : { unguarded }),
    async run(stage) {
      const message = taken();
      for (let i = 0; i < messagesHeld; i++) await answer(stage, message, "OK");
      const held = await stage.hold();
      if (refused !== undefined) await answer(stage, refused(), "RESOURCE_EXHAUSTED");
      const mebibytes = (held / 1_048_576).toFixed(1);
      return `${mebibytes} MiB held by ${messagesHeld} messages${refused === undefined ? "" : ", larger ones refused"}`;
    },
  }),
);
