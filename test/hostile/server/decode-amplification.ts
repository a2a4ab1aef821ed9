import { data, END_STREAM } from "../../../src/http2/frames.testing.js";
import { RawClient, requestHeaders } from "../../specification/grpc/raw-client.testing.js";
import { fieldOf, Type } from "../../specification/raw-peer.testing.js";
import { amplifiedBounds, amplifiers, messagesHeld } from "../amplifiers.js";
import type { ServerAttack } from "../attack.js";
import type { ServerStage } from "../stage.js";

const keep = [...requestHeaders({ ":path": "/peregrine.hostile.Hostile/Keep" }), "grpc-encoding", "gzip"];

/** Sends a request, and gives the status that the call ended with, or "kept" where its handler has the message. */
async function send(stage: ServerStage, body: Uint8Array): Promise<string> {
  const attacker = await stage.connect();
  const client = new RawClient(attacker.peer);
  const id = client.open(keep);
  attacker.send(data(id, body, END_STREAM));
  const { list, flags } = await attacker.frame(
    "headers",
    ({ type, streamId }) => type === Type.HEADERS && streamId === id,
  );
  return (flags & END_STREAM) === 0 ? "kept" : `grpc-status ${fieldOf(list ?? [], "grpc-status")}`;
}

async function expect(stage: ServerStage, body: Uint8Array, wanted: string): Promise<void> {
  const found = await send(stage, body);
  if (found !== wanted) throw new Error(`the call is ${found} instead of ${wanted}`);
}

/** Requests that are small compressed, large decompressed, and would be far larger decoded. */
export const amplifiedRequests: readonly ServerAttack[] = amplifiers.map(
  ({ title, guard, unguarded, taken, refused }): ServerAttack => ({
    name: `compressed requests of ${title}`,
    vector: "decode-amplification",
    role: "server",
    guard,
    bounds: amplifiedBounds,
    ...(unguarded === undefined ? {} : { unguarded }),
    async run(stage) {
      const message = taken();
      for (let i = 0; i < messagesHeld; i++) await expect(stage, message, "kept");
      const held = await stage.hold();
      if (refused !== undefined) await expect(stage, refused(), "grpc-status 8");
      const mebibytes = (held / 1_048_576).toFixed(1);
      return `${mebibytes} MiB held by ${messagesHeld} messages${refused === undefined ? "" : ", larger ones refused"}`;
    },
  }),
);
