import assert from "node:assert/strict";
import { test } from "node:test";
import { Channel, RpcError, Status } from "peregrine";
import { Echo } from "../gen/echo_pb.js";
import { startOurEcho } from "../peers/our-server.js";

test("one signal for many calls ends them all, and Node warns of no leak", async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on("warning", onWarning);
  const { server, address } = await startOurEcho();
  await using channel = new Channel(address);
  const echo = channel.client(Echo);
  const controller = new AbortController();
  const calls = Array.from({ length: 50 }, () => echo.unary({ sleepMs: 60_000 }, { signal: controller.signal }));
  const ends = Promise.allSettled(calls);
  await echo.unary({});
  controller.abort();
  for (const end of await ends) {
    assert.ok(end.status === "rejected" && end.reason instanceof RpcError && end.reason.code === Status.CANCELLED);
  }
  await server.close({ graceMs: 0 });
  // Warnings are told in a later turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", onWarning);
  assert.deepEqual(
    warnings.filter(({ name }) => name === "MaxListenersExceededWarning"),
    [],
  );
});
