import assert from "node:assert/strict";
import { test } from "node:test";
import { framedNote, NotesService } from "../call/notes.testing.js";
import { settled, testPeer } from "../call/server-rig.testing.js";
import { protobufEsCodecs } from "../codec/protobuf-es-codec.js";
import { headers, ServerScript } from "../http2/script.testing.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { Dispatcher } from "./dispatch.js";
import { callEnvironment } from "./environment.js";
import { Router } from "./router.js";

const headerListSetting = 6;

/** Answers the script's request by a generator; what is returned tells how far that has come. */
function answer(script: ServerScript, make: (count: () => void) => unknown): () => number {
  let made = 0;
  const router = new Router({}, new Map([["proto", protobufEsCodecs()]]));
  router.add(NotesService, { serverStream: () => make(() => made++) }, true);
  const report = (error: unknown): void => assert.fail(String(error));
  const dispatcher = new Dispatcher(router, callEnvironment({}, new SimulatedClock(), setImmediate, report));
  const { stream, recorder } = script.last;
  const list = [":method", "POST", ":path", "/test.Notes/ServerStream", "content-type", "application/grpc"];
  const handler = dispatcher.onStream(stream, list, false, testPeer);
  recorder.onReset = (failure): void => handler.onReset(failure);
  handler.onData(framedNote("x"), true);
  return () => made;
}

test("a client that takes no headers does not make the server run through the whole answer", async () => {
  for (const asynchronous of [false, true]) {
    const script = new ServerScript().handshake(headerListSetting, 1);
    script.send(headers(1, [":method", "POST", ":scheme", "http", ":path", "/test.Notes/ServerStream"]));
    function* notes(count: () => void): Generator<object> {
      for (let i = 0; i < 10_000; i++) {
        count();
        yield {};
      }
    }
    async function* later(count: () => void): AsyncGenerator<object> {
      yield* notes(count);
    }
    const made = answer(script, asynchronous ? later : notes);
    await settled();
    script.clock.advance(0);
    await settled();
    assert.equal(made(), 1);
  }
});
