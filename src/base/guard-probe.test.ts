import assert from "node:assert/strict";
import { test } from "node:test";
import { guardProbe } from "./guard-probe.js";
import type { AttemptProbe, ChannelProbe, ConnectionProbe, ObservedConnection, Probe } from "./probe.js";
import { Status } from "./status.js";

const connection = {} as ObservedConnection;

/** A probe of which each method throws that its path names: `onServer`, `onServer.onListen`, ... */
function failing(told: string[], throwing: (path: string) => boolean): Probe {
  const part = (path: string): unknown =>
    new Proxy(
      {},
      {
        get: (_, name) => () => {
          const here = path === "" ? String(name) : `${path}.${String(name)}`;
          told.push(here);
          if (throwing(here)) throw new Error(here);
          return part(here);
        },
      },
    );
  return part("") as Probe;
}

/** Everything that a server and a channel tell. */
function tellAll(probe: Probe): void {
  const server = probe.onServer();
  server?.onListen("a");
  const attempts: (AttemptProbe | undefined)[] = [];
  const connections: (ConnectionProbe | undefined)[] = [server?.onConnection(connection)];
  const channel = probe.onChannel("t");
  channel?.onState("READY");
  channel?.onAddresses(1);
  channel?.onCall("/a.B/C")?.onEnd(Status.OK, true);
  const subchannel = channel?.onSubchannel("a");
  subchannel?.onState("READY");
  connections.push(subchannel?.onConnection(connection));
  for (const one of connections) attempts.push(one?.onCall("/a.B/C", []));
  for (const attempt of attempts) {
    attempt?.onMessageReceived(1);
    attempt?.onMessageSent(1);
    attempt?.onEnd(Status.OK, true);
  }
  for (const one of connections) one?.onClosed("over");
  server?.onDrain();
  server?.onClosed();
}

test("a probe that does not fail hears all", () => {
  const [plain, guarded]: string[][] = [[], []];
  tellAll(failing(plain as string[], () => false));
  tellAll(
    guardProbe(
      failing(guarded as string[], () => false),
      () => assert.fail(),
    ),
  );
  assert.deepEqual(guarded, plain);
  assert.equal(new Set(plain).size, plain?.length);
});

test("whichever method throws, nothing is thrown, the fault is told once, and the rest goes on", () => {
  const all: string[] = [];
  tellAll(failing(all, () => false));
  assert.ok(all.length >= 20);
  for (const path of all) {
    const faults: unknown[] = [];
    const told: string[] = [];
    const probe = guardProbe(
      failing(told, (here) => here === path),
      (fault) => faults.push(fault),
    );
    tellAll(probe);
    tellAll(probe);
    assert.deepEqual(
      faults.map((fault) => (fault as Error).message),
      [path],
    );
    // What hangs from a part that could not be made hears nothing.
    const rest = all.filter((one) => !one.startsWith(`${path}.`));
    assert.deepEqual(told, [...rest, ...rest]);
  }
});

test("what is given in the place of a part is a fault too", () => {
  const faults: unknown[] = [];
  const probe = { onServer: () => ({ onConnection: () => 5 }), onChannel: () => null } as unknown as Probe;
  const guarded = guardProbe(probe, (fault) => faults.push(fault));
  guarded.onServer()?.onConnection(connection)?.onClosed("over");
  guarded.onServer()?.onListen("a");
  guarded.onChannel("t")?.onAddresses(1);
  assert.equal(faults.length, 1);
});

test("a probe that gives the same object for each call costs none for a call; one that does not gets each its own", () => {
  const ended: string[] = [];
  const make = (name: string): AttemptProbe => ({
    onEnd: () => void ended.push(name),
    onMessageSent: () => undefined,
    onMessageReceived: () => undefined,
  });
  const same = make("same");
  let next = (): AttemptProbe => same;
  const parts = { onCall: () => next(), onClosed: () => undefined };
  const probe = guardProbe(
    {
      onServer: () => undefined,
      onChannel: () =>
        ({
          onCall: () => next(),
          onSubchannel: () => ({ onState: () => undefined, onConnection: () => parts }),
        }) as unknown as ChannelProbe,
    },
    () => assert.fail(),
  );
  const channel = probe.onChannel("t");
  const attempts = channel?.onSubchannel("a")?.onConnection(connection);
  const begin = [() => channel?.onCall("/a.B/C"), () => attempts?.onCall("/a.B/C", [])];
  for (const call of begin) assert.equal(call(), call());
  let count = 0;
  next = () => make(`${++count}`);
  for (const call of begin) {
    const [first, second] = [call(), call()];
    assert.notEqual(first, second);
    second?.onEnd(Status.OK, true);
    first?.onEnd(Status.OK, true);
  }
  assert.deepEqual(ended, ["2", "1", "4", "3"]);
});
