import assert from "node:assert/strict";
import { test } from "node:test";
import { Channel, joinProbes, type Probe, Server } from "peregrine";
import { Echo } from "../gen/echo_pb.js";

test("a probe that throws at everything costs no call, and is warned of once", async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on("warning", onWarning);
  const { server, address } = await (async () => {
    const server = new Server();
    server.add(Echo, { unary: ({ text }) => ({ text }) }, { allowMissing: true });
    return { server, address: await server.listen("127.0.0.1:0") };
  })();
  const thrower = (): never => {
    throw new Error("the observer is broken");
  };
  const attempt = { onMessageSent: thrower, onMessageReceived: thrower, onEnd: thrower };
  const probe: Probe = {
    onServer: () => undefined,
    onChannel: () => ({
      onState: thrower,
      onAddresses: thrower,
      onSubchannel: () => ({ onState: thrower, onConnection: () => ({ onCall: () => attempt, onClosed: thrower }) }),
      onCall: () => attempt,
    }),
  };
  const faults: unknown[] = [];
  const others: string[] = [];
  const other: Probe = {
    onServer: () => undefined,
    onChannel: () => ({
      onState: (state) => others.push(state),
      onAddresses: () => undefined,
      onSubchannel: () => undefined,
      onCall: () => ({ onEnd: () => others.push("end") }),
    }),
  };
  for (const onFault of [undefined, (fault: unknown): void => void faults.push(fault)]) {
    const channel = new Channel(address, { probe: joinProbes(probe, other), onFault });
    for (const text of ["a", "b", "c"]) assert.equal((await channel.client(Echo).unary({ text })).text, text);
    await channel.close();
  }
  await server.close();
  // Warnings are told in a later turn.
  await new Promise(setImmediate);
  process.off("warning", onWarning);
  const told = warnings.filter(({ name }) => name === "PeregrineListener").map(({ message }) => message);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", /^a listener \(probe\) of a channel threw: Error: the observer is broken\n/);
  assert.equal(others.filter((one) => one === "end").length, 6, "the probe behind the broken one hears all");
  assert.deepEqual(faults.map(String), ["Error: the observer is broken"]);
});
