import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { compressionGzip, createGrpcTransport } from "@connectrpc/connect-node";
import { detail, RpcError, Server, Status } from "peregrine";
import type { MessageInitShape } from "peregrine/protobuf";
import { BadRequestSchema } from "peregrine/rpc";
import { createTestCertificates } from "peregrine/testing";
import { Echo, type EchoRequestSchema } from "../gen/echo_pb.js";
import { startOurEcho } from "./our-server.js";

// A connect-node client against our server.

const certificates = createTestCertificates();
let server: Server;
let failing: Server;
let plain: Client<typeof Echo>;
let secure: Client<typeof Echo>;
let broken: Client<typeof Echo>;

function clientOf(baseUrl: string): Client<typeof Echo> {
  const transport = createGrpcTransport({
    baseUrl,
    nodeOptions: { ca: certificates.ca },
    acceptCompression: [compressionGzip],
    sendCompression: compressionGzip,
    readMaxBytes: 8 * 1024 * 1024,
  });
  return createClient(Echo, transport);
}

before(async () => {
  const started = await startOurEcho({ compression: { byDefault: true }, limits: { concurrentStreamsMax: 1_000 } });
  server = started.server;
  plain = clientOf(`http://${started.address}`);
  const { port } = await server.listen("localhost:0", { tls: certificates.server });
  secure = clientOf(`https://localhost:${port}`);
  failing = new Server();
  failing.add(
    Echo,
    {
      unary: () => {
        const value = { fieldViolations: [{ field: "text", description: "too loud" }] };
        throw new RpcError(Status.INVALID_ARGUMENT, "no", {
          details: [detail(BadRequestSchema, value)],
          metadata: { "x-why": "noise" },
        });
      },
    },
    { allowMissing: true },
  );
  broken = clientOf(`http://${await failing.listen("127.0.0.1:0")}`);
});

after(async () => {
  await server.close({ graceMs: 0 });
  await failing.close({ graceMs: 0 });
});

type Init = MessageInitShape<typeof EchoRequestSchema>;

async function* many(count: number, init: Init): AsyncGenerator<Init> {
  for (let i = 0; i < count; i++) yield { ...init, text: `${i}` };
}

for (const [transport, client] of [
  ["plaintext", (): Client<typeof Echo> => plain],
  ["TLS", (): Client<typeof Echo> => secure],
] as const) {
  test(`unary with metadata, gzip and a large message, ${transport}`, async () => {
    const seen: { header?: Headers; trailer?: Headers } = {};
    const payload = new Uint8Array(4 * 1024 * 1024 - 64).fill(9);
    const response = await client().unary(
      { payload, echoHeaders: ["x-text"], echoTrailers: ["x-other"] },
      {
        headers: { "x-text": "value", "x-other": "thing" },
        onHeader: (header) => {
          seen.header = header;
        },
        onTrailer: (trailer) => {
          seen.trailer = trailer;
        },
      },
    );
    assert.equal(Buffer.compare(response.payload, payload), 0);
    assert.equal(seen.header?.get("x-text"), "value");
    assert.equal(seen.trailer?.get("x-other"), "thing");
  });

  test(`server streaming, ${transport}`, async () => {
    const indexes: number[] = [];
    const request = { count: 200, payload: new Uint8Array(1_000) };
    for await (const { index } of client().serverStream(request)) indexes.push(index);
    assert.deepEqual(indexes, [...Array(200).keys()]);
  });

  test(`client streaming, ${transport}`, async () => {
    const summary = await client().clientStream(many(100, { payload: new Uint8Array(5_000) }));
    assert.equal(summary.count, 100);
    assert.equal(summary.payloadBytes, 500_000n);
  });

  test(`bidirectional, ${transport}`, async () => {
    const texts: string[] = [];
    for await (const { text } of client().bidi(many(50, {}))) texts.push(text);
    assert.deepEqual(
      texts,
      [...Array(50).keys()].map((i) => `${i}`),
    );
  });
}

test("an error with details and trailers", async () => {
  await assert.rejects(broken.unary({}), (error) => {
    assert.ok(error instanceof ConnectError);
    assert.equal(error.code, Code.InvalidArgument);
    assert.equal(error.rawMessage, "no");
    assert.equal(error.metadata.get("x-why"), "noise");
    const [found] = error.findDetails(BadRequestSchema);
    assert.equal(found?.fieldViolations[0]?.description, "too loud");
    return true;
  });
});

test("a deadline", async () => {
  const call = plain.unary({ sleepMs: 60_000 }, { timeoutMs: 100 });
  await assert.rejects(call, (error) => error instanceof ConnectError && error.code === Code.DeadlineExceeded);
});

test("cancelling", async () => {
  const controller = new AbortController();
  const call = plain.unary({ sleepMs: 60_000 }, { signal: controller.signal });
  await plain.unary({});
  controller.abort();
  await assert.rejects(call, (error) => error instanceof ConnectError && error.code === Code.Canceled);
});

test("1 000 concurrent calls", async () => {
  const calls = Array.from({ length: 1_000 }, (_, i) => plain.unary({ text: `${i}`, sleepMs: 1 }));
  const texts = (await Promise.all(calls)).map(({ text }) => text);
  assert.deepEqual(
    texts,
    Array.from({ length: 1_000 }, (_, i) => `${i}`),
  );
});
