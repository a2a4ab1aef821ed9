import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Probe } from "../base/probe.js";
import { Status } from "../base/status.js";
import { Channel } from "../client/channel.js";
import { Server } from "../server/server.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import {
  ServerReflection,
  type ServerReflectionRequest,
  type ServerReflectionResponseSchema,
} from "./grpc/reflection/v1/reflection_pb.js";
import { reflection } from "./reflection.js";
import { ReflectionClient } from "./reflection-client.js";
import { ReflectionStream } from "./reflection-stream.js";

/** Notes the status of each call that a server ends. */
function statusesOf(into: Status[]): Probe {
  const onCall = () => ({
    onMessageSent: () => undefined,
    onMessageReceived: () => undefined,
    onEnd: (status: Status) => void into.push(status),
  });
  const none = () => undefined;
  return {
    onServer: () => ({
      onListen: none,
      onDrain: none,
      onClosed: none,
      onConnection: () => ({ onCall, onClosed: none }),
    }),
    onChannel: none,
  };
}

type Response = MessageInitShape<typeof ServerReflectionResponseSchema>;
type Requests = AsyncIterable<ServerReflectionRequest>;

async function* answerAll(requests: Requests): AsyncGenerator<Response> {
  for await (const _ of requests) yield { messageResponse: { case: "listServicesResponse", value: { service: [] } } };
}

/** A stream to a server that answers so. */
async function withStream(
  answers: (requests: Requests, signal: AbortSignal) => AsyncGenerator<Response>,
  run: (stream: ReflectionStream, statuses: Status[], close: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const statuses: Status[] = [];
  const server = new Server({ probe: statusesOf(statuses) });
  server.add(ServerReflection, { serverReflectionInfo: (requests, call) => answers(requests, call.signal) });
  const target = await server.listen("127.0.0.1:0");
  const channel = new Channel(target);
  const close = async (): Promise<void> => {
    await channel.close({ graceMs: 0 });
    await server.close({ graceMs: 5_000 });
  };
  try {
    const stream = new ReflectionStream(channel, "v1", "", {});
    await stream.ask({ case: "listServices", value: "" });
    await run(stream, statuses, close);
  } finally {
    await close();
  }
}

test("functions of the client end their streams with OK, whatever they were answered", async () => {
  const statuses: Status[] = [];
  const server = new Server({ probe: statusesOf(statuses) });
  server.add(reflection());
  const channel = new Channel(await server.listen("127.0.0.1:0"));
  const client = new ReflectionClient(channel);
  await client.listServices();
  await client.findService("grpc.reflection.v1.ServerReflection");
  await assert.rejects(client.find("no.Such"), { code: Status.NOT_FOUND });
  await assert.rejects(client.findFile("no.proto"), { code: Status.NOT_FOUND });
  await channel.close({ graceMs: 0 });
  await server.close({ graceMs: 5_000 });
  assert.deepEqual(statuses, [Status.OK, Status.OK, Status.OK, Status.OK]);
});

test("a stream waits for its server to end it", () =>
  withStream(
    async function* (requests) {
      yield* answerAll(requests);
      await new Promise((resolve) => setImmediate(resolve));
    },
    async (stream, statuses) => {
      const clock = new SimulatedClock();
      assert.equal(await stream.end(1_000, clock), true);
      assert.equal(clock.pendingTimers, 0);
      assert.deepEqual(statuses, [Status.OK]);
    },
  ));

test("a stream that its server does not end is cancelled when the time is over", () =>
  withStream(
    async function* (requests, signal) {
      yield* answerAll(requests);
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
    async (stream, statuses, close) => {
      const clock = new SimulatedClock();
      const end = stream.end(1_000, clock);
      clock.advance(1_000);
      assert.equal(await end, false);
      await close();
      assert.deepEqual(statuses, [Status.CANCELLED]);
    },
  ));

test("a stream on which its server goes on is cancelled", () =>
  withStream(
    async function* (requests, signal) {
      yield* answerAll(requests);
      while (!signal.aborted) yield { messageResponse: { case: "listServicesResponse", value: { service: [] } } };
    },
    async (stream, statuses, close) => {
      assert.equal(await stream.end(1_000, new SimulatedClock()), false);
      await close();
      assert.deepEqual(statuses, [Status.CANCELLED]);
    },
  ));
