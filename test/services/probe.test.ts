import assert from "node:assert/strict";
import { test } from "node:test";
import { type ConnectionProbe, type Probe, RpcError, Status } from "peregrine";
import { startInMemory } from "peregrine/testing";
import { Echo } from "../gen/echo_pb.js";

/** Notes the request headers of each call on a connection. */
function noting(notes: (readonly string[])[]): Probe {
  const onConnection = (): ConnectionProbe => ({
    onCall: (path, headers) => {
      notes.push([path, ...headers]);
      return undefined;
    },
    onClosed: () => undefined,
  });
  const nothing = (): undefined => undefined;
  return {
    onServer: () => ({ onListen: nothing, onDrain: nothing, onClosed: nothing, onConnection }),
    onChannel: () => ({
      onState: nothing,
      onAddresses: nothing,
      onCall: nothing,
      onSubchannel: () => ({ onState: nothing, onConnection }),
    }),
  };
}

test("a probe hears the request headers of a call as they are on the wire, at both ends", async () => {
  const [sent, received]: (readonly string[])[][] = [[], []];
  assert.ok(sent !== undefined && received !== undefined);
  await using memory = await startInMemory((own) => own.add(Echo, { unary: () => ({}) }, { allowMissing: true }), {
    server: { probe: noting(received) },
    channel: { probe: noting(sent) },
  });
  const client = memory.client(Echo);
  await client.unary({}, { metadata: { "x-a": "b", "x-b-bin": Uint8Array.of(1, 2) }, timeoutMs: 5_000 });
  const bidi = client.bidi([{}])[Symbol.asyncIterator]().next();
  await assert.rejects(bidi, (error) => error instanceof RpcError && error.code === Status.UNIMPLEMENTED);
  const [unary, missing] = sent;
  assert.equal(unary?.[0], "/peregrine.test.Echo/Unary");
  const pairs = unary.slice(1).join(" ");
  assert.match(pairs, /^:method POST :scheme http :path \/peregrine\.test\.Echo\/Unary :authority \S+ te trailers/);
  assert.match(pairs, / content-type application\/grpc user-agent \S+ .*grpc-timeout \d+[Smun] x-a b x-b-bin AQI$/);
  assert.deepEqual(received[0], unary);
  assert.deepEqual(received[1]?.slice(1), missing?.slice(1));
});

test("a probe that comes late hears of the connections that are there, and of their calls", async () => {
  const notes: (readonly string[])[] = [];
  await using memory = await startInMemory((own) => own.add(Echo, { unary: () => ({}) }, { allowMissing: true }));
  const client = memory.client(Echo);
  await client.unary({}, { timeoutMs: 5_000 });
  memory.server.add({ addTo: (host) => host.observe(noting(notes)) });
  await client.unary({}, { timeoutMs: 5_000 });
  assert.deepEqual(
    notes.map(([path]) => path),
    ["/peregrine.test.Echo/Unary"],
  );
});
