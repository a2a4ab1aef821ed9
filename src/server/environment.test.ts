import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import type { ServerContext } from "../call/server-context.js";
import type { Compression } from "../message/compression.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { callEnvironment, connectionLifetime, errorReport } from "./environment.js";
import type { ServerErrorInfo, ServerOptions } from "./options.js";

const clock = new SimulatedClock();
const ignore = (): void => undefined;

function environment(options: ServerOptions): ReturnType<typeof callEnvironment> {
  return callEnvironment(options, clock, setImmediate, ignore);
}

describe("options", () => {
  test("all have defaults", () => {
    const env = environment({});
    assert.equal(env.clock, clock);
    assert.deepEqual(env.encodings, ["gzip", "deflate"]);
    assert.equal(env.compressByDefault, false);
    assert.equal(env.compressBytesMin, 0);
    assert.equal(env.receiveMessageBytesMax, 4_194_304);
    assert.equal(env.sendMessageBytesMax, 0xffff_ffff);
    assert.match(env.accepted.acceptEncoding, /^identity,gzip,deflate/);
    assert.deepEqual(connectionLifetime(), {
      idleMsMax: 3_600_000,
      ageMsMax: Number.POSITIVE_INFINITY,
      ageGraceMs: Number.POSITIVE_INFINITY,
    });
  });

  test("encodings must be known; those of the user are", () => {
    assert.throws(() => environment({ compression: { encodings: ["gzip", "snappy"] } }), {
      name: "TypeError",
      message: /compression.encodings: "snappy" is not known here; known: gzip, deflate/,
    });
    const snappy: Compression = { name: "snappy", compress: (bytes) => bytes, decompress: (bytes) => bytes };
    const env = environment({ compression: { encodings: ["snappy"], custom: [snappy], byDefault: true } });
    assert.equal(env.compressions.get("snappy"), snappy);
    assert.match(env.accepted.acceptEncoding, /snappy/);
    assert.equal(env.compressByDefault, true);
    assert.deepEqual(environment({ compression: { encodings: [] } }).encodings, []);
  });
});

describe("errors", () => {
  const info: ServerErrorInfo = { kind: "internal" };

  test("of handlers are reported with their call", () => {
    const seen: unknown[] = [];
    const call = { peer: { address: "ipv4:127.0.0.1:1", secure: false } } as ServerContext;
    const env = callEnvironment({}, clock, setImmediate, (...reported) => seen.push(...reported));
    const error = new Error("from a handler");
    env.onError(error, "handler", call);
    assert.deepEqual(seen, [error, { kind: "handler", call, peer: call.peer }]);
  });

  test("reach onError, which may itself fail, at once or later", async () => {
    let calls = 0;
    const failing: ServerOptions["onError"][] = [
      () => {
        calls++;
        throw new Error("from onError");
      },
      async () => {
        calls++;
        throw new Error("from onError");
      },
    ];
    for (const onError of failing) errorReport(onError === undefined ? {} : { onError })(new Error("x"), info);
    // An unhandled rejection would fail this test.
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(calls, 2);
  });

  test("go to the console by default: ours and those of handlers and gates, not those of clients", () => {
    const { mock: printed } = mock.method(console, "error", ignore);
    const report = errorReport({});
    const error = new Error("x");
    report(error, { kind: "handler", call: { path: "/p.S/M" } as ServerContext });
    report(error, { kind: "gate", call: { path: "/p.S/M" } as ServerContext });
    report(error, { kind: "internal" });
    report(error, { kind: "listener" });
    report(error, { kind: "connection" });
    const lines = printed.calls.map((one) => [String(one.arguments[0]), one.arguments[1]]);
    printed.restore();
    assert.deepEqual(lines, [
      ["peregrine: the handler of /p.S/M failed:", error],
      ["peregrine: a gate of /p.S/M failed:", error],
      ["peregrine: internal error:", error],
      ["peregrine: cannot accept connections:", error],
    ]);
  });
});
