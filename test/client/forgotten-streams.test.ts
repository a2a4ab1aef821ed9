import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Channel, type Interceptor, Server } from "peregrine";
import { Echo } from "../gen/echo_pb.js";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("typeof gc === 'function' ? gc : undefined") as (() => void) | undefined;
const skip = gc === undefined && "the garbage collector cannot be called here";

const pass: Interceptor = (next) => async (request) => next(request);

for (const interceptors of [[], [pass]]) {
  test(`streams that were forgotten do not stop a channel, ${interceptors.length} interceptors`, { skip }, async () => {
    let running = 0;
    const server = new Server({ limits: { concurrentStreamsMax: 10 } });
    server.add(
      Echo,
      {
        unary: ({ text }) => ({ text }),
        async *serverStream(_, call) {
          running++;
          yield { text: "first" };
          await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
          running--;
        },
      },
      { allowMissing: true },
    );
    await using channel = new Channel(await server.listen("127.0.0.1:0"), { interceptors });
    const echo = channel.client(Echo);
    const forget = (): void => {
      for (let i = 0; i < 10; i++) void echo.serverStream({});
    };
    forget();
    while (running < 10) await new Promise(setImmediate);
    let answered = false;
    const reply = echo.unary({ text: "me" }).then(({ text }) => {
      answered = true;
      return text;
    });
    while (!answered) {
      gc?.();
      await new Promise(setImmediate);
    }
    assert.equal(await reply, "me");
    while (running > 0) await new Promise(setImmediate);
    await server.close();
  });
}
