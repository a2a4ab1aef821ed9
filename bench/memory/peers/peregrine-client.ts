import { Channel } from "peregrine";
import { Echo } from "../../../test/gen/echo_pb.js";
import { serve } from "../child.js";

let channel: Channel | undefined;
let finish: () => void = () => {};
const running: Promise<void>[] = [];

/** Requests of a call: one, and the end when all calls are to end. */
async function* requests(ended: Promise<void>): AsyncGenerator<{ payload: Uint8Array }, void> {
  yield { payload: new Uint8Array(9) };
  await ended;
}

serve({
  /** Opens bidirectional calls that got one answer each. */
  open: async (port, count) => {
    channel ??= new Channel(`127.0.0.1:${port}`);
    const echo = channel.client(Echo);
    const ended = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const answered = Array.from({ length: count ?? 0 }, () => {
      const responses = echo.bidi(requests(ended));
      return responses.next().then(() => {
        running.push(responses.next().then(() => undefined));
      });
    });
    await Promise.all(answered);
  },
  finish: async () => {
    finish();
    const ended = running.splice(0);
    await Promise.all(ended);
    return ended.length;
  },
});
