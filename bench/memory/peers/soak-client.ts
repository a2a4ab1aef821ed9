import { Channel } from "peregrine";
import { Echo } from "../../../test/gen/echo_pb.js";
import { serve } from "../child.js";
import { callAt, comeAndGo, type EchoClient } from "../soak-calls.js";

/** Calls that are under way at a time. */
const workers = 64;
/** One call in so many is made on a connection of its own, which comes and goes. */
const ownConnectionEvery = 200;

let echo: EchoClient | undefined;
let index = 0;

serve({
  /** Makes calls for a time; answers with how many. */
  run: async (port, durationMs) => {
    const target = `127.0.0.1:${port}`;
    echo ??= new Channel(target).client(Echo);
    const client = echo;
    const before = index;
    const endMs = performance.now() + (durationMs ?? 0);
    const work = async (): Promise<void> => {
      while (performance.now() < endMs) {
        if (index++ % ownConnectionEvery === 0) await comeAndGo(target);
        else await callAt(index)(client);
      }
    };
    await Promise.all(Array.from({ length: workers }, work));
    return index - before;
  },
});
