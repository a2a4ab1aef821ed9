import assert from "node:assert/strict";
import { type Client, type Metadata, Status } from "peregrine";
import { Echo } from "../gen/echo_pb.js";
import { openChannel } from "../interop/own-client.js";
import { expectStatus } from "../interop/test-client.js";

type EchoClient = Client<typeof Echo>;
type EchoCase = (echo: EchoClient) => Promise<void>;

async function* many(count: number, bytes: number): AsyncGenerator<{ payload: Uint8Array; text: string }> {
  for (let i = 0; i < count; i++) yield { payload: new Uint8Array(bytes), text: `${i}` };
}

const unary: EchoCase = async (echo) => {
  const response = await echo.unary({ text: "Grüße ☺", payload: new Uint8Array([0, 1, 255]) });
  assert.equal(response.text, "Grüße ☺");
  assert.deepEqual([...response.payload], [0, 1, 255]);
};

const serverStream: EchoCase = async (echo) => {
  const indexes: number[] = [];
  for await (const { index } of echo.serverStream({ count: 100, payload: new Uint8Array(1_000) })) indexes.push(index);
  assert.deepEqual(indexes, [...Array(100).keys()]);
};

const clientStream: EchoCase = async (echo) => {
  const summary = await echo.clientStream(many(100, 1_000));
  assert.equal(summary.count, 100);
  assert.equal(summary.payloadBytes, 100_000n);
};

const bidi: EchoCase = async (echo) => {
  const texts: string[] = [];
  for await (const { text } of echo.bidi(many(100, 1_000))) texts.push(text);
  assert.deepEqual(
    texts,
    [...Array(100).keys()].map((i) => `${i}`),
  );
};

const metadata: EchoCase = async (echo) => {
  const seen: { headers?: Metadata; trailers?: Metadata } = {};
  await echo.unary(
    { echoHeaders: ["x-text"], echoTrailers: ["x-data-bin"] },
    {
      metadata: { "x-text": "value", "x-data-bin": new Uint8Array([0, 128, 255]) },
      onHeaders: (headers): void => {
        seen.headers = headers;
      },
      onTrailers: (trailers): void => {
        seen.trailers = trailers;
      },
    },
  );
  assert.deepEqual(seen.headers?.getAll("x-text"), ["value"]);
  assert.deepEqual([...(seen.trailers?.get("x-data-bin") ?? [])], [0, 128, 255]);
};

const status: EchoCase = (echo) =>
  expectStatus(echo.unary({ failCode: Status.FAILED_PRECONDITION, failMessage: "nicht jetzt ☹" }), 9, "nicht jetzt ☹");

const deadline: EchoCase = (echo) =>
  expectStatus(echo.unary({ sleepMs: 5_000 }, { timeoutMs: 50 }), Status.DEADLINE_EXCEEDED);

const gzip: EchoCase = async (echo) => {
  const payload = new Uint8Array(100_000).fill(7);
  const response = await echo.unary({ payload }, { compress: "gzip" });
  assert.deepEqual(response.payload, payload);
};

const large: EchoCase = async (echo) => {
  const response = await echo.unary({ responseBytes: 3_000_000, payload: new Uint8Array(3_000_000) });
  assert.equal(response.payload.length, 3_000_000);
};

/** What a peer's client and server of the Echo service are asked, by name; peers in other languages use the same names. */
export const echoCases: Readonly<Record<string, EchoCase>> = {
  unary,
  server_stream: serverStream,
  client_stream: clientStream,
  bidi,
  metadata,
  status,
  deadline,
  gzip,
  large,
};

/** Runs one case against an Echo server on localhost. Gives what went wrong, or undefined. */
export async function runEchoCase(name: string, port: number, ca: string | undefined): Promise<string | undefined> {
  const channel = openChannel({ host: "localhost", port, tls: ca === undefined ? undefined : { ca } });
  try {
    await echoCases[name]!(channel.client(Echo));
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    await channel.close();
  }
}
