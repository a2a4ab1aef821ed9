import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as grpc from "@grpc/grpc-js";
import { Channel, RpcError, Status } from "peregrine";
import { createTestCertificates } from "peregrine/testing";
import { Echo } from "../gen/echo_pb.js";
import { echoCases } from "./echo-cases.js";
import { startGrpcJsEcho } from "./grpc-js-echo.js";

// Our client against a grpc-js server.

const certificates = createTestCertificates();
let plain: Awaited<ReturnType<typeof startGrpcJsEcho>>;
let secure: Awaited<ReturnType<typeof startGrpcJsEcho>>;

before(async () => {
  plain = await startGrpcJsEcho();
  const pair = { private_key: Buffer.from(certificates.server.key), cert_chain: Buffer.from(certificates.server.cert) };
  secure = await startGrpcJsEcho(grpc.ServerCredentials.createSsl(null, [pair]));
});

after(() => {
  plain.close();
  secure.close();
});

for (const [name, run] of Object.entries(echoCases)) {
  test(`${name}, plaintext`, async () => {
    await using channel = new Channel(`127.0.0.1:${plain.port}`);
    await run(channel.client(Echo));
  });
  test(`${name}, TLS`, async () => {
    await using channel = new Channel(`localhost:${secure.port}`, { tls: { ca: certificates.ca } });
    await run(channel.client(Echo));
  });
}

test("1 000 concurrent calls", async () => {
  await using channel = new Channel(`127.0.0.1:${plain.port}`);
  const echo = channel.client(Echo);
  const calls = Array.from({ length: 1_000 }, (_, i) => echo.unary({ text: `${i}`, sleepMs: 1 }));
  const texts = (await Promise.all(calls)).map(({ text }) => text);
  assert.deepEqual(
    texts,
    Array.from({ length: 1_000 }, (_, i) => `${i}`),
  );
});

test("cancelling by signal ends the call", async () => {
  await using channel = new Channel(`127.0.0.1:${plain.port}`);
  const controller = new AbortController();
  const call = channel.client(Echo).unary({ sleepMs: 60_000 }, { signal: controller.signal });
  // A second call that is answered shows that the first has reached the server.
  await channel.client(Echo).unary({});
  controller.abort();
  await assert.rejects(call, (error) => error instanceof RpcError && error.code === Status.CANCELLED);
});
