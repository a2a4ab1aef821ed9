import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as grpc from "@grpc/grpc-js";
import type { Server } from "peregrine";
import { create, type Message, type MessageInitShape } from "peregrine/protobuf";
import { createTestCertificates } from "peregrine/testing";
import { EchoRequestSchema, type EchoResponse, type EchoSummary } from "../gen/echo_pb.js";
import { echoMethod, grpcJsEchoClient } from "./grpc-js-echo.js";
import { startOurEcho } from "./our-server.js";

// A grpc-js client against our server.

const certificates = createTestCertificates();
let server: Server;
let plain: grpc.Client;
let secure: grpc.Client;

before(async () => {
  const options = { limits: { concurrentStreamsMax: 1_000 }, compression: { byDefault: true } };
  const started = await startOurEcho(options);
  server = started.server;
  plain = grpcJsEchoClient(started.address);
  const address = `${await server.listen("127.0.0.1:0", { tls: certificates.server })}`;
  const credentials = grpc.credentials.createSsl(Buffer.from(certificates.ca));
  secure = grpcJsEchoClient(address, credentials, { "grpc.ssl_target_name_override": "localhost" });
});

after(async () => {
  plain.close();
  secure.close();
  await server.close({ graceMs: 0 });
});

interface Reply {
  readonly response: EchoResponse;
  readonly headers: grpc.Metadata;
  readonly status: grpc.StatusObject;
}

type Init = MessageInitShape<typeof EchoRequestSchema>;

/** A unary call, with all that came back. */
function unary(
  client: grpc.Client,
  init: Init,
  metadata: grpc.Metadata = new grpc.Metadata(),
  options: grpc.CallOptions = {},
): { call: grpc.ClientUnaryCall; done: Promise<Reply> } {
  const method = echoMethod("unary");
  const { promise, resolve, reject } = deferred<Reply>();
  const seen: { headers?: grpc.Metadata; response?: Message } = {};
  const call = client.makeUnaryRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    create(EchoRequestSchema, init),
    metadata,
    options,
    (error, response) => {
      if (error !== null) reject(error);
      else if (response !== undefined) seen.response = response;
    },
  );
  call.on("metadata", (headers) => {
    seen.headers = headers;
  });
  call.on("status", (status) => {
    if (seen.response === undefined || seen.headers === undefined) return;
    resolve({ response: seen.response as EchoResponse, headers: seen.headers, status });
  });
  return { call, done: promise };
}

function deferred<T>(): { promise: Promise<T>; resolve(value: T): void; reject(error: Error): void } {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

async function collect<T>(stream: AsyncIterable<unknown>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one as T);
  return all;
}

function isStatus(code: grpc.status): (error: unknown) => boolean {
  return (error) => (error as grpc.ServiceError).code === code;
}

for (const [transport, client] of [
  ["plaintext", (): grpc.Client => plain],
  ["TLS", (): grpc.Client => secure],
] as const) {
  test(`unary with metadata both ways, ${transport}`, async () => {
    const metadata = new grpc.Metadata();
    metadata.set("x-text", "value");
    metadata.set("x-data-bin", Buffer.from([0, 128, 255]));
    const init = { text: "Grüße", echoHeaders: ["x-text"], echoTrailers: ["x-data-bin"] };
    const { response, headers, status } = await unary(client(), init, metadata).done;
    assert.equal(response.text, "Grüße");
    assert.deepEqual(headers.get("x-text"), ["value"]);
    assert.deepEqual(status.metadata.get("x-data-bin"), [Buffer.from([0, 128, 255])]);
  });

  test(`server streaming, ${transport}`, async () => {
    const method = echoMethod("serverStream");
    const request = create(EchoRequestSchema, { count: 200, payload: new Uint8Array(1_000) });
    const { path, requestSerialize, responseDeserialize } = method;
    const call = client().makeServerStreamRequest(path, requestSerialize, responseDeserialize, request);
    const indexes = (await collect<EchoResponse>(call)).map(({ index }) => index);
    assert.deepEqual(indexes, [...Array(200).keys()]);
  });

  test(`client streaming, ${transport}`, async () => {
    const { path, requestSerialize, responseDeserialize } = echoMethod("clientStream");
    const { promise, resolve, reject } = deferred<EchoSummary>();
    const call = client().makeClientStreamRequest(path, requestSerialize, responseDeserialize, (error, summary) => {
      if (error === null) resolve(summary as EchoSummary);
      else reject(error);
    });
    for (let i = 0; i < 100; i++) call.write(create(EchoRequestSchema, { payload: new Uint8Array(5_000) }));
    call.end();
    const summary = await promise;
    assert.equal(summary.count, 100);
    assert.equal(summary.payloadBytes, 500_000n);
  });

  test(`bidirectional, ${transport}`, async () => {
    const { path, requestSerialize, responseDeserialize } = echoMethod("bidi");
    const call = client().makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    for (let i = 0; i < 50; i++) call.write(create(EchoRequestSchema, { text: `${i}` }));
    call.end();
    const texts = (await collect<EchoResponse>(call)).map(({ text }) => text);
    assert.deepEqual(
      texts,
      [...Array(50).keys()].map((i) => `${i}`),
    );
  });

  test(`4 MiB both ways, ${transport}`, async () => {
    const payload = new Uint8Array(4 * 1024 * 1024 - 64).fill(3);
    const { response } = await unary(client(), { payload }).done;
    assert.equal(Buffer.compare(response.payload, payload), 0);
  });
}

test("a request over the limit is refused with both sizes named", async () => {
  const call = unary(plain, { payload: new Uint8Array(4 * 1024 * 1024) });
  await assert.rejects(call.done, (error: grpc.ServiceError) => {
    assert.equal(error.code, grpc.status.RESOURCE_EXHAUSTED);
    assert.match(error.details, /4194309.*4194304/);
    return true;
  });
});

test("a status with a message", async () => {
  const { done } = unary(plain, { failCode: 9, failMessage: "nicht jetzt ☹" });
  await assert.rejects(done, (error: grpc.ServiceError) => error.code === 9 && error.details === "nicht jetzt ☹");
});

test("a deadline", async () => {
  const { done } = unary(plain, { sleepMs: 60_000 }, new grpc.Metadata(), { deadline: Date.now() + 100 });
  await assert.rejects(done, isStatus(grpc.status.DEADLINE_EXCEEDED));
});

test("cancelling", async () => {
  const { call, done } = unary(plain, { sleepMs: 60_000 });
  await unary(plain, {}).done;
  call.cancel();
  await assert.rejects(done, isStatus(grpc.status.CANCELLED));
});

test("gzip both ways", async () => {
  const payload = new Uint8Array(100_000).fill(7);
  const client = grpcJsEchoClient(plain.getChannel().getTarget().replace("dns:", ""), undefined, {
    "grpc.default_compression_algorithm": 2,
  });
  try {
    const { response } = await unary(client, { payload }).done;
    assert.equal(Buffer.compare(response.payload, payload), 0);
  } finally {
    client.close();
  }
});

test("1 000 concurrent streams", async () => {
  const calls = Array.from({ length: 1_000 }, (_, i) => unary(plain, { text: `${i}`, sleepMs: 1 }).done);
  const texts = (await Promise.all(calls)).map(({ response }) => response.text);
  assert.deepEqual(
    texts,
    Array.from({ length: 1_000 }, (_, i) => `${i}`),
  );
});

test("an unknown method", async () => {
  const { requestSerialize, responseDeserialize } = echoMethod("unary");
  const { promise, resolve } = deferred<grpc.ServiceError | null>();
  const request = create(EchoRequestSchema);
  plain.makeUnaryRequest("/peregrine.test.Echo/None", requestSerialize, responseDeserialize, request, resolve);
  const error = await promise;
  assert.equal(error?.code, grpc.status.UNIMPLEMENTED);
  assert.match(error?.details ?? "", /unknown method None for service peregrine\.test\.Echo/);
});
