import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Channel, RpcError, Status } from "peregrine";
import { BadRequestSchema } from "peregrine/rpc";
import { createTestCertificates } from "peregrine/testing";
import { Echo } from "../gen/echo_pb.js";
import { startConnectEcho } from "./connect-echo.js";
import { echoCases } from "./echo-cases.js";

// Our client against a connect-node server.

const certificates = createTestCertificates();
let plain: Awaited<ReturnType<typeof startConnectEcho>>;
let secure: Awaited<ReturnType<typeof startConnectEcho>>;

before(async () => {
  plain = await startConnectEcho();
  secure = await startConnectEcho(certificates.server);
});

after(async () => {
  await plain.close();
  await secure.close();
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

test("an error's details", async () => {
  await using channel = new Channel(`127.0.0.1:${plain.port}`);
  const call = channel.client(Echo).unary({ failCode: Status.INVALID_ARGUMENT, failMessage: "no" });
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof RpcError);
    assert.equal(error.code, Status.INVALID_ARGUMENT);
    const [detail] = error.findDetails(BadRequestSchema);
    assert.equal(detail?.fieldViolations[0]?.field, "text");
    assert.equal(detail?.fieldViolations[0]?.description, "too loud");
    return true;
  });
});

test("4 MiB both ways", async () => {
  await using channel = new Channel(`127.0.0.1:${plain.port}`);
  const payload = new Uint8Array(4 * 1024 * 1024 - 64).fill(5);
  const response = await channel.client(Echo).unary({ payload });
  assert.equal(Buffer.compare(response.payload, payload), 0);
});

test("1 000 concurrent calls, more than the server's limit of streams", async () => {
  await using channel = new Channel(`127.0.0.1:${plain.port}`);
  const echo = channel.client(Echo);
  const calls = Array.from({ length: 1_000 }, (_, i) => echo.unary({ text: `${i}`, sleepMs: 1 }));
  const texts = (await Promise.all(calls)).map(({ text }) => text);
  assert.deepEqual(
    texts,
    Array.from({ length: 1_000 }, (_, i) => `${i}`),
  );
});
