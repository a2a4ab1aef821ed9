import assert from "node:assert/strict";
import { test } from "node:test";
import type { DescService } from "@bufbuild/protobuf";
import { Rig } from "../call/client-rig.testing.js";
import { CompressionRegistry } from "../message/compression-registry.js";
import { CallSettingsMaker } from "./call-options.js";
import { makeClient } from "./client.js";

function clientOf(rig: Rig, methods: string[]) {
  const desc = { kind: "service", methods: methods.map((localName) => ({ localName })) } as unknown as DescService;
  const defaults = { timeoutMs: undefined, waitForReady: false, compression: undefined, receiveMessageBytesMax: 100 };
  return makeClient(desc, {
    env: rig.env,
    settings: new CallSettingsMaker(defaults, new CompressionRegistry()),
    interceptors: [],
    method: () => rig.method,
  });
}

test("a client has one function per method and nothing else", () => {
  const client = clientOf(new Rig("unary"), ["sayHello", "then", "constructor"]);
  assert.deepEqual(Object.keys(client), ["sayHello", "then", "constructor"]);
  assert.equal("toString" in client, false);
  assert.ok(Object.isFrozen(client));
});

test("wrong options reject a promise, and throw where a stream is due", async () => {
  const wrong = { timeoutMs: -1 };
  const unary = clientOf(new Rig("unary"), ["go"]);
  await assert.rejects(async () => unary["go"]?.({}, wrong), TypeError);
  const stream = clientOf(new Rig("server_streaming"), ["go"]);
  assert.throws(() => stream["go"]?.({}, wrong), TypeError);
});
