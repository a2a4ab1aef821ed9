import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CallEnd } from "../base/call-end.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { Admission, Gate, GateAnswer, IncomingCall } from "./gate.js";
import type { Interceptor } from "./interceptor.js";
import { framedNote, type NotesMethod } from "./notes.testing.js";
import { cancelledByPeer, Deferred, type ServerRig, settled, startCall } from "./server-rig.testing.js";

const shapes: readonly NotesMethod[] = ["unary", "serverStream", "clientStream", "bidi"];

/** A handler for all shapes: what it gives is a message, and an empty stream. */
const handler = (): object => ({ text: "y", [Symbol.iterator]: () => [][Symbol.iterator]() });
const never = (): never => assert.fail("the handler was called");

function gate(admit: (call: IncomingCall) => GateAnswer | Promise<GateAnswer>): Gate {
  return { admit };
}

/** A gate that gives a place, and hears the end. */
class Place implements Gate, Admission {
  readonly ends: CallEnd[] = [];
  admit(): Admission {
    return this;
  }
  onEnd(end: CallEnd): void {
    this.ends.push(end);
  }
  get statuses(): Status[] {
    return this.ends.map(({ status }) => status);
  }
}

const refusing: Gate = gate(() => new RpcError(Status.UNAUTHENTICATED, "who are you?"));
const refusingLater: Gate = gate(async () => new RpcError(Status.UNAUTHENTICATED, "who are you?"));
const throwing: Gate = gate(() => {
  throw new RpcError(Status.UNAUTHENTICATED, "who are you?");
});

function isRefused(rig: ServerRig): void {
  assert.deepEqual([rig.stream.order, rig.stream.status], [["trailers"], Status.UNAUTHENTICATED]);
  assert.deepEqual([rig.errors, rig.stream.releases, rig.stream.statusMessage], [[], 1, "who are you?"]);
}

describe("gates", () => {
  test("are asked at the headers, in order, before interceptors, and all let the call in", async () => {
    for (const name of shapes) {
      const order: string[] = [];
      const noting = (what: string): Gate =>
        gate(() => {
          order.push(what);
          return undefined;
        });
      const interceptor: Interceptor = (next) => (request) => {
        order.push("interceptor");
        return next(request);
      };
      const rig = startCall(name, handler, {
        gates: [noting("a"), noting("b")],
        interceptors: [interceptor],
      });
      assert.deepEqual(order, ["a", "b", "interceptor"], name);
      rig.call.onData(framedNote("x"), true);
      await rig.stream.ended;
      assert.equal(rig.stream.status, Status.OK);
    }
  });

  test("one that refuses ends the call: the next is not asked, and no body is waited for", async () => {
    for (const refusal of [refusing, refusingLater, throwing]) {
      for (const name of shapes) {
        const rig = startCall(name, never, { gates: [refusal, gate(never)], interceptors: [() => never] });
        await settled();
        isRefused(rig);
        // The body is dropped, and credited.
        rig.call.onData(framedNote("x"), false);
        assert.equal(rig.stream.consumedBytes, framedNote("x").length);
        assert.equal(rig.call.inbound.unopenedBytes, 0);
      }
    }
  });

  test("see the call", () => {
    let seen: unknown;
    const asked = gate((call) => {
      const { path, authority, peer, metadata } = call;
      seen = [call.method.name, path, authority, peer.address, metadata.get("k"), call.timeRemainingMs()];
      call.values.set("who", "alice");
      return undefined;
    });
    const headers = ["k", "v", "grpc-timeout", "1S"];
    const rig = startCall("unary", (_, call) => ({ text: String(call.values.get("who")) }), {
      gates: [asked],
      headers,
    });
    assert.deepEqual(seen, ["Unary", "/test.Notes/Unary", "test.local", "ipv4:127.0.0.1:4711", "v", 1_000]);
    rig.call.onData(framedNote("x"), true);
    assert.equal(rig.stream.status, Status.OK);
  });

  test("that answer at once leave a unary call in one turn", () => {
    const rig = startCall("unary", handler, { gates: [new Place()] });
    rig.call.onData(framedNote("x"), true);
    assert.equal(rig.stream.status, Status.OK);
  });

  test("that fail refuse with UNKNOWN, and the server hears of it", async () => {
    const faults: [Gate, RegExp][] = [
      [gate(() => assert.fail("s3cret")), /s3cret/],
      [gate(() => Promise.reject(new Error("s3cret"))), /s3cret/],
      [gate(() => new RpcError(Status.OK, "s3cret")), /s3cret/],
      [gate(() => ({}) as Admission), /gave object: it must give undefined/],
      [gate(() => true as unknown as undefined), /gave boolean/],
      [gate(async () => null as unknown as undefined), /gave null/],
      [gate(() => ({ onEnd: 5 }) as unknown as Admission), /gave object/],
      [gate(() => revoked() as Admission), /revoked/],
      [
        gate(async () => ({
          get onEnd(): never {
            throw new Error("s3cret");
          },
        })),
        /s3cret/,
      ],
    ];
    for (const [fault, text] of faults) {
      const rig = startCall("unary", never, { gates: [fault] });
      await settled();
      assert.deepEqual([rig.stream.status, rig.kinds, rig.stream.releases], [Status.UNKNOWN, ["gate"], 1]);
      assert.match(String(rig.errors[0]), text);
      assert.doesNotMatch(rig.stream.statusMessage, /s3cret/);
    }
  });

  test("make nothing that they do not ask for", () => {
    const before = AbortController;
    try {
      globalThis.AbortController = class {
        constructor() {
          assert.fail("made");
        }
      } as unknown as typeof AbortController;
      isRefused(startCall("unary", never, { gates: [refusing], headers: ["grpc-timeout", "1S"] }));
    } finally {
      globalThis.AbortController = before;
    }
  });

  test("a refusal sets no timer", () => {
    const rig = startCall("unary", never, { gates: [refusing], headers: ["grpc-timeout", "1S"] });
    assert.equal(rig.clock.pendingTimers, 0);
  });
});

describe("the end is told to those that let the call in, once:", () => {
  test("OK, with its time", () => {
    const place = new Place();
    const rig = startCall("unary", handler, { gates: [place] });
    rig.clock.advance(20);
    rig.call.onData(framedNote("x"), true);
    assert.deepEqual(place.ends, [{ status: Status.OK, error: undefined, durationMs: 20 }]);
  });

  test("a later gate's refusal, at once or later", async () => {
    for (const later of [refusing, refusingLater, throwing]) {
      const place = new Place();
      startCall("unary", never, { gates: [place, later] });
      await settled();
      assert.deepEqual(place.statuses, [Status.UNAUTHENTICATED]);
      assert.equal(place.ends[0]?.error?.message, "who are you?");
    }
  });

  test("what the handler threw, a reset, a lost connection, a deadline", async () => {
    const ends: [Status, (rig: ServerRig) => void][] = [
      [Status.CANCELLED, (rig): void => rig.call.onReset(cancelledByPeer)],
      [Status.UNAVAILABLE, (rig): void => rig.call.onReset({ ...cancelledByPeer, scope: "io" })],
      [Status.DEADLINE_EXCEEDED, (rig): void => void rig.clock.advance(1_000)],
    ];
    for (const name of shapes) {
      for (const [status, end] of ends) {
        const place = new Place();
        const rig = startCall(name, () => new Promise(() => undefined), {
          gates: [place],
          headers: ["grpc-timeout", "1S"],
        });
        rig.call.onData(framedNote("x"), true);
        assert.deepEqual(place.ends, []);
        end(rig);
        rig.call.onReset(cancelledByPeer);
        await settled();
        assert.deepEqual(place.statuses, [status], name);
      }
    }
  });

  test("an end that comes while another gate waits, whose place is given back too", async () => {
    const ends: [Status, (rig: ServerRig) => void][] = [
      [Status.CANCELLED, (rig): void => rig.call.onReset(cancelledByPeer)],
      [Status.UNAVAILABLE, (rig): void => rig.call.onReset({ ...cancelledByPeer, scope: "connection" })],
      [Status.DEADLINE_EXCEEDED, (rig): void => void rig.clock.advance(1_000)],
    ];
    for (const [status, end] of ends) {
      const [first, late] = [new Place(), new Place()];
      const answer = new Deferred<GateAnswer>();
      let signal: AbortSignal | undefined;
      const waiting = gate((call) => {
        signal = call.signal;
        return answer.promise;
      });
      const rig = startCall("unary", never, { gates: [first, waiting, gate(never)], headers: ["grpc-timeout", "1S"] });
      rig.call.onData(framedNote("x"), true);
      end(rig);
      assert.deepEqual([first.statuses, signal?.aborted], [[status], true]);
      // The gate still works for a call that is over: its place is not free.
      assert.equal(rig.stream.releases, 0);
      answer.resolve(late);
      await settled();
      assert.deepEqual([late.statuses, rig.stream.releases, rig.errors], [[status], 1, []]);
    }
  });

  test("also when a gate that waits is refused or fails after the end", async () => {
    for (const reject of [true, false]) {
      const answer = new Deferred<GateAnswer>();
      const place = new Place();
      const rig = startCall("bidi", never, { gates: [place, gate(() => answer.promise)] });
      rig.call.onReset(cancelledByPeer);
      if (reject) answer.reject(new Error("late"));
      else answer.resolve(new RpcError(Status.ABORTED));
      await settled();
      assert.deepEqual([place.statuses, rig.stream.releases, rig.stream.late], [[Status.CANCELLED], 1, []]);
    }
  });

  test("one that throws is told to the server, and the others hear all the same", () => {
    const place = new Place();
    const broken = gate(() => ({ onEnd: () => assert.fail("broken") }));
    const rig = startCall("unary", handler, { gates: [broken, place] });
    rig.call.onData(framedNote("x"), true);
    assert.deepEqual([place.statuses, rig.errors.length, rig.stream.status], [[Status.OK], 1, Status.OK]);
  });
});

describe("while a gate waits", () => {
  test("the body is held as it came, gives no window, and is opened once the call is let in", async () => {
    for (const name of shapes) {
      const answer = new Deferred<GateAnswer>();
      const rig = startCall(name, handler, { gates: [gate(() => answer.promise)] });
      const bytes = framedNote("hello");
      rig.call.onData(bytes, true);
      assert.deepEqual([rig.call.inbound.unopenedBytes, rig.stream.consumedBytes], [bytes.length, 0]);
      answer.resolve(undefined);
      await rig.stream.ended;
      assert.deepEqual([rig.stream.status, rig.stream.consumedBytes], [Status.OK, bytes.length]);
    }
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
