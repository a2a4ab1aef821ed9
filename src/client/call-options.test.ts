import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata } from "../base/metadata.js";
import { CompressionRegistry } from "../message/compression-registry.js";
import { type CallOptions, CallSettingsMaker } from "./call-options.js";

const compressions = new CompressionRegistry();
const defaults = { timeoutMs: undefined, waitForReady: false, compression: undefined, receiveMessageBytesMax: 100 };
const maker = new CallSettingsMaker(defaults, compressions);

function parent(remainingMs: number): NonNullable<CallOptions["parent"]> {
  return { signal: new AbortController().signal, timeRemainingMs: () => remainingMs };
}

test("without options a call has the channel's, always the same object", () => {
  assert.equal(maker.make(undefined), maker.plain);
  const set = new CallSettingsMaker(
    { ...defaults, timeoutMs: 5, waitForReady: true, compression: "gzip" },
    compressions,
  );
  const settings = set.make({});
  assert.equal(settings.timeoutMs, 5);
  assert.equal(settings.waitForReady, true);
  assert.equal(settings.compression, compressions.get("gzip"));
  assert.equal(settings.receiveMessageBytesMax, 100);
});

test("options of the call take the place of the channel's", () => {
  const set = new CallSettingsMaker(
    { ...defaults, timeoutMs: 5, waitForReady: true, compression: "gzip" },
    compressions,
  );
  const own = { timeoutMs: 9, waitForReady: false, compress: "identity", receiveMessageBytesMax: 7 };
  const settings = set.make(own);
  assert.equal(settings.timeoutMs, 9);
  assert.equal(settings.waitForReady, false);
  assert.equal(settings.compression, undefined);
  assert.equal(settings.receiveMessageBytesMax, 7);
  assert.equal(set.make({ timeoutMs: Number.POSITIVE_INFINITY }).timeoutMs, undefined);
});

test("of several deadlines the nearest counts", () => {
  const soon = new Date(Date.now() + 50_000);
  const near = (timeoutMs: number | undefined): void => {
    assert.ok(timeoutMs !== undefined && timeoutMs > 40_000 && timeoutMs <= 50_000, String(timeoutMs));
  };
  near(maker.make({ deadline: soon }).timeoutMs);
  near(maker.make({ deadline: soon, timeoutMs: 90_000 }).timeoutMs);
  assert.equal(maker.make({ deadline: soon, timeoutMs: 10 }).timeoutMs, 10);
  assert.equal(maker.make({ timeoutMs: 10, parent: parent(3) }).timeoutMs, 3);
  assert.equal(maker.make({ parent: parent(Number.POSITIVE_INFINITY) }).timeoutMs, undefined);
  assert.ok((maker.make({ deadline: new Date(0) }).timeoutMs ?? 0) < 0);
});

test("signals of the call and of its parent count both", () => {
  const { signal } = new AbortController();
  const from = parent(1);
  assert.deepEqual(maker.make({ signal, parent: from }).signals, [signal, from.signal]);
  assert.deepEqual(maker.make({ signal }).signals, [signal]);
  assert.deepEqual(maker.make({ parent: from }).signals, [from.signal]);
  assert.deepEqual(maker.make({}).signals, []);
});

test("metadata of any form", () => {
  const metadata = new Metadata({ a: "1" });
  assert.equal(maker.make({ metadata }).metadata, metadata);
  assert.equal(maker.make({ metadata: { b: "2" } }).metadata?.get("b"), "2");
});

test("what cannot be is refused with its name", () => {
  const wrong: [object, RegExp][] = [
    [{ timeoutMs: -1 }, /timeoutMs must be a number, 0 or more: got -1/],
    [{ timeoutMs: "5" }, /timeoutMs .* got "5"/],
    [{ timeout: 5 }, /call options have no "timeout"; did you mean timeoutMs\?/],
    [{ deadline: 5 }, /deadline must be a valid Date/],
    [{ deadline: new Date(Number.NaN) }, /deadline must be a valid Date/],
    [{ signal: {} }, /signal must be an AbortSignal/],
    [{ signal: { aborted: false } }, /signal must be an AbortSignal/],
    [{ signal: { aborted: false, addEventListener: () => undefined } }, /signal must be an AbortSignal/],
    [{ waitForReady: "yes" }, /waitForReady must be true or false/],
    [{ compress: "br" }, /compress "br" is not known here; known: identity,gzip,deflate/],
    [{ compressWhen: true }, /compressWhen must be a function/],
    [{ onHeaders: 1 }, /onHeaders must be a function/],
    [{ metadata: { "grpc-x": "1" } }, /"grpc-x" is reserved/],
    [{ receiveMessageBytesMax: -1 }, /receiveMessageBytesMax must be a number, from 0 to 4294967295/],
  ];
  for (const [options, message] of wrong) assert.throws(() => maker.make(options), { name: "TypeError", message });
  assert.throws(
    () => new CallSettingsMaker({ ...defaults, compression: "br" }, compressions),
    /compression "br" is not known/,
  );
});
