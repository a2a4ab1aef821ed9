import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError, Status } from "peregrine";
import { FaultInjector, type InMemory, SimulatedClock, startInMemory } from "peregrine/testing";
import { Echo, type EchoRequest } from "../gen/echo_pb.js";

let handled = 0;

function start(faults: FaultInjector, side: "server" | "channel", clock?: SimulatedClock): Promise<InMemory> {
  handled = 0;
  const interceptors = [faults.interceptor];
  return startInMemory(
    (server) =>
      server.add(
        Echo,
        {
          unary: ({ text }) => {
            handled++;
            return { text };
          },
          async *serverStream({ count }) {
            for (let index = 0; index < count; index++) yield { index };
          },
        },
        { allowMissing: true },
      ),
    { [side]: { interceptors }, ...(clock === undefined ? {} : { clock }) },
  );
}

async function codes(memory: InMemory, count: number, text: string = ""): Promise<Status[]> {
  const ended: Status[] = [];
  for (let i = 0; i < count; i++) {
    const code = memory.client(Echo).unary({ text });
    ended.push(
      await code.then(
        () => Status.OK,
        (error: RpcError) => error.code,
      ),
    );
  }
  return ended;
}

const { OK, UNAVAILABLE, ABORTED } = Status;

for (const side of ["server", "channel"] as const) {
  test(`at a ${side}: each third call fails, so often, of one method, for some requests, until it is taken away`, async () => {
    const faults = new FaultInjector();
    await using memory = await start(faults, side);
    const remove = faults.add({ every: 3, fail: UNAVAILABLE, times: 2 });
    assert.deepEqual(await codes(memory, 10), [OK, OK, UNAVAILABLE, OK, OK, UNAVAILABLE, OK, OK, OK, OK]);
    remove();
    faults.add({ method: "/peregrine.test.Echo/Bidi", fail: ABORTED });
    faults.add({
      method: Echo.method.unary,
      when: async (request) => !request.stream && ((await request.message) as EchoRequest).text === "x",
      fail: new RpcError(ABORTED, "x"),
    });
    assert.deepEqual([...(await codes(memory, 1)), ...(await codes(memory, 1, "x"))], [OK, ABORTED]);
    assert.equal(handled, 9);
    faults.clear();
    assert.deepEqual(await codes(memory, 1, "x"), [OK]);
  });
}

test("a call fails after its server has done the work, or in the middle of its responses", async () => {
  const faults = new FaultInjector();
  await using memory = await start(faults, "channel");
  faults.add({ afterResponses: 1, fail: UNAVAILABLE, method: Echo.method.unary });
  assert.deepEqual(await codes(memory, 1), [UNAVAILABLE]);
  assert.equal(handled, 1);
  faults.add({ afterResponses: 2, fail: ABORTED, method: Echo.method.serverStream });
  const got: number[] = [];
  const all = async (): Promise<void> => {
    for await (const { index } of memory.client(Echo).serverStream({ count: 5 })) got.push(index);
  };
  await assert.rejects(all(), { code: ABORTED });
  assert.deepEqual(got, [0, 1]);
});

test("calls wait, in simulated time, and no longer than their deadline", async () => {
  const clock = new SimulatedClock();
  const faults = new FaultInjector({ clock });
  await using memory = await start(faults, "channel", clock);
  faults.add({ delayMs: 5_000 });
  const late = assert.rejects(memory.client(Echo).unary({}, { timeoutMs: 4_000 }), { code: Status.DEADLINE_EXCEEDED });
  const patient = memory.client(Echo).unary({ text: "y" });
  await memory.advance(4_999);
  await late;
  assert.equal(handled, 0);
  await memory.advance(1);
  assert.equal((await patient).text, "y");
  assert.equal(handled, 1);
});

test("a call cuts the connection", async () => {
  const faults = new FaultInjector();
  await using memory = await start(faults, "server");
  faults.add({ every: 2, run: () => memory.network.cut() });
  assert.deepEqual(await codes(memory, 2), [OK, UNAVAILABLE]);
});

test("numbers out of their range are named", () => {
  const faults = new FaultInjector();
  assert.throws(() => faults.add({ every: 0 }), /every must be a number, 1 or more: got 0/);
  assert.throws(() => faults.add({ delayMs: -1 }), /delayMs must be a number, 0 or more: got -1/);
});
