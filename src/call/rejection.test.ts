import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { Rig } from "./client-rig.testing.js";
import { rejectAsIs, rejectAtCaller } from "./rejection.js";

const failed = ["grpc-status", "5", "grpc-message", "no such thing"];
const header = "RpcError: 5 NOT_FOUND: no such thing (p.S/M, 1.2.3.4:5)";

async function stackOf(promise: Promise<unknown>): Promise<string[]> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof RpcError);
    return (error.stack ?? "").split("\n");
  }
  return assert.fail("it did not fail");
}

/** Answers as a socket does: from the event loop, so that none of the caller's frames are on the stack. */
function later(act: () => void): void {
  setImmediate(act);
}

function fail(rig: Rig): void {
  rig.stream.handler.onHeaders([":status", "200", "content-type", "application/grpc", ...failed], true);
}

test("the error of a call names the line that waits for it, and those that wait for that", async () => {
  const rig = new Rig("unary");
  async function priceOf(): Promise<unknown> {
    return await rig.one({});
  }
  async function main(): Promise<void> {
    await priceOf();
  }
  later(() => fail(rig));
  const lines = await stackOf(main());
  assert.equal(lines[0], header);
  assert.match(lines[1] ?? "", /at async priceOf .*rejection\.test/);
  assert.match(lines[2] ?? "", /at async main .*rejection\.test/);
});

test("also one that ends before it begins, and several at once", async () => {
  const rig = new Rig("unary");
  async function main(): Promise<void> {
    await rig.one("no object");
  }
  const lines = await stackOf(main());
  assert.match(lines[0] ?? "", /^RpcError: 3 INVALID_ARGUMENT: .* \(p\.S\/M\)$/);
  assert.match(lines[1] ?? "", /at async main /);
  async function all(): Promise<void> {
    await Promise.all([rig.one({}), rig.one({})]);
  }
  later(() => fail(rig));
  assert.match((await stackOf(all())).join("\n"), /Promise\.all \(index 1\)\n.*at async all /);
});

test("the error of a stream names the line that iterates", async () => {
  const rig = new Rig("server_streaming");
  async function main(): Promise<void> {
    for await (const _ of rig.many({}));
  }
  later(() => fail(rig));
  const lines = await stackOf(main());
  assert.equal(lines[0], header);
  assert.match(lines[1] ?? "", /at async main .*rejection\.test/);
});

test("also where the error was there before the iteration", async () => {
  const rig = new Rig("server_streaming");
  const responses = rig.many({});
  fail(rig);
  async function main(): Promise<void> {
    for await (const _ of responses);
  }
  assert.match((await stackOf(main()))[1] ?? "", /at async main /);
});

test("errors that many calls share are each call's own", async () => {
  const rig = new Rig("unary");
  const shared = new RpcError(Status.UNAVAILABLE, "refused");
  const controller = new AbortController();
  const calls = [1, 2].map(() => rig.one({}, { signals: [controller.signal] }));
  controller.abort(shared);
  const errors = await Promise.all(calls.map((call) => call.catch((error: unknown) => error)));
  assert.notEqual(errors[0], errors[1]);
  assert.equal(shared.method, undefined);
});

test("a promise that has an end already takes no other, and nobody else is told", async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): number => unhandled.push(reason);
  process.on("unhandledRejection", note);
  try {
    const value = await new Promise((resolve) => {
      resolve("first");
      rejectAtCaller(resolve, new Error("second"));
    });
    assert.equal(value, "first");
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(unhandled, []);
  } finally {
    process.off("unhandledRejection", note);
  }
});

test("a promise that has had its end leaves no rejection that nobody handles", async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", note);
  try {
    for (const reject of [rejectAsIs, rejectAtCaller]) {
      let resolve!: (value: string | Promise<never>) => void;
      const promise = new Promise<string>((resolvePromise) => {
        resolve = resolvePromise;
      });
      resolve("done");
      reject(resolve, new RpcError(Status.ABORTED, "too late"));
      assert.equal(await promise, "done");
    }
    // Node looks for unhandled rejections before timers and immediates run.
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(unhandled, []);
  } finally {
    process.off("unhandledRejection", note);
  }
});
