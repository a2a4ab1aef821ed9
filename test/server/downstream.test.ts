import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Channel, detail, type Interceptor, RpcError, type ServerOptions, Status } from "peregrine";
import { BadRequestSchema } from "peregrine/rpc";
import { startInMemory } from "peregrine/testing";
import { Echo } from "../gen/echo_pb.js";

// A handler that calls another server and lets that call's error through must not tell its own caller what that server said.

const secret = new RpcError(Status.NOT_FOUND, "no row 7 in db-3.internal", {
  metadata: { "x-internal-host": "db-3.internal" },
  details: [detail(BadRequestSchema, { fieldViolations: [{ field: "row" }] })],
});

type Pass = (error: RpcError) => unknown;

/** A front server whose handlers call a back server, which fails; what the front's caller gets, and its `onError` hears. */
async function throughFront(
  call: "unary" | "stream" | "late",
  pass: Pass = (error) => error,
  options: ServerOptions = {},
): Promise<{ error: RpcError; heard: unknown[] }> {
  const heard: unknown[] = [];
  const fail = (): never => {
    throw secret;
  };
  await using back = await startInMemory((server) => server.add(Echo, { unary: fail, serverStream: fail }, allow));
  const client = back.client(Echo);
  await using front = await startInMemory(
    (server) =>
      server.add(
        Echo,
        {
          unary: (request) => client.unary(request).catch((error) => Promise.reject(pass(error))),
          serverStream: async function* (request) {
            if (call === "late") yield {};
            try {
              yield* client.serverStream(request);
            } catch (error) {
              throw pass(error as RpcError);
            }
          },
        },
        allow,
      ),
    { server: { ...options, onError: (error) => heard.push(error) } },
  );
  const asked = front.client(Echo);
  try {
    if (call === "unary") await asked.unary({});
    else for await (const _ of asked.serverStream({}));
  } catch (error) {
    return { error: error as RpcError, heard };
  }
  return assert.fail("the call did not fail");
}

const allow = { allowMissing: true } as const;

describe("a handler that lets the error of a call of its own through", () => {
  for (const call of ["unary", "stream", "late"] as const) {
    test(`${call}: its caller learns the code alone, onError all`, async () => {
      const { error, heard } = await throughFront(call);
      assert.equal(error.code, Status.NOT_FOUND);
      assert.equal(error.message, "a call to another service failed; its error is known to the server only");
      assert.equal(error.metadata.get("x-internal-host"), undefined);
      assert.deepEqual(error.details, []);
      assert.equal(heard.length, 1);
      const received = heard[0] as RpcError;
      assert.equal(received.message, "no row 7 in db-3.internal");
      assert.equal(received.metadata.get("x-internal-host"), "db-3.internal");
      assert.equal(received.details.length, 1);
      assert.match(String(received), /^RpcError: 5 NOT_FOUND: .* \(.*Echo\/\w+, inproc:\w+\)$/);
    });
  }

  test("so it is for what an interceptor lets through or throws", async () => {
    const seen: unknown[] = [];
    const watching: Interceptor = (next) => async (request) => {
      try {
        return await next(request);
      } catch (error) {
        seen.push((error as RpcError).message);
        throw error;
      }
    };
    const { error } = await throughFront("unary", undefined, { interceptors: [watching] });
    assert.match(error.message, /^a call to another service/);
    assert.deepEqual(seen, ["no row 7 in db-3.internal"]);
  });

  test("an error that its own client made, which may name addresses, is kept back too", async () => {
    const heard: unknown[] = [];
    await using front = await startInMemory(
      (server) => server.add(Echo, { unary: (request) => gone.client(Echo).unary(request) }, allow),
      { server: { onError: (error) => heard.push(error) } },
    );
    await using gone = new Channel("10.9.8.7:1", { network: front.network });
    front.network.refusing = true;
    await assert.rejects(gone.connect());
    front.network.refusing = false;
    await assert.rejects(front.client(Echo).unary({}), (error: RpcError) => {
      assert.equal(error.code, Status.UNAVAILABLE);
      assert.doesNotMatch(error.message, /10\.9\.8\.7/);
      return true;
    });
    assert.match((heard[0] as RpcError).message, /10\.9\.8\.7/);
  });

  test("passOn() tells all of it", async () => {
    const { error, heard } = await throughFront("unary", (received) => received.passOn());
    assert.equal(error.message, "no row 7 in db-3.internal");
    assert.equal(error.metadata.get("x-internal-host"), "db-3.internal");
    assert.equal(error.findDetails(BadRequestSchema)[0]?.fieldViolations[0]?.field, "row");
    assert.deepEqual(heard, []);
  });

  test("an error of its own, made of it, is sent as it is", async () => {
    const own: Pass = (received) => new RpcError(Status.UNAVAILABLE, "try later", { cause: received });
    const { error, heard } = await throughFront("unary", own);
    assert.deepEqual([error.code, error.message, heard], [Status.UNAVAILABLE, "try later", []]);
  });
});

test("the reason with which a call is cancelled keeps its text back as well", async () => {
  await using back = await startInMemory((server) => server.add(Echo, { unary: () => new Promise(() => {}) }, allow));
  const client = back.client(Echo);
  await using front = await startInMemory(
    (server) =>
      server.add(Echo, { unary: (request) => client.unary(request, { signal: AbortSignal.abort(secret) }) }, allow),
    { server: { onError: () => undefined } },
  );
  await assert.rejects(front.client(Echo).unary({}), (error: RpcError) => {
    assert.deepEqual([error.code, error.metadata.size], [Status.NOT_FOUND, 0]);
    assert.match(error.message, /^a call to another service/);
    return true;
  });
});
