import type { BenchClient } from "./client.js";
import { type Kind, makePayload } from "./task.js";

const messages = 3;

/** One call of a kind, each byte of whose answers is compared. */
export async function checkClient(client: BenchClient, kind: Kind, payloadBytes: number): Promise<void> {
  const payload = makePayload(payloadBytes);
  const echoes = await callOnce(client, kind, payload);
  const expected = kind === "unary" ? 1 : kind === "client-stream" ? 0 : messages;
  if (echoes.length !== expected) throw new Error(`${kind}: ${echoes.length} answers, not ${expected}`);
  for (const echo of echoes) {
    if (Buffer.compare(echo, payload) !== 0) throw new Error(`${kind}: the answer is not what was sent`);
  }
}

function callOnce(client: BenchClient, kind: Kind, payload: Uint8Array): Promise<Uint8Array[]> {
  const echoes: Uint8Array[] = [];
  const keep = (echo: Uint8Array): void => {
    echoes.push(Uint8Array.from(echo));
  };
  return new Promise((resolve, reject) => {
    const end = (error?: unknown): void => (error ? reject(error) : resolve(echoes));
    if (kind === "unary") {
      client.unary(payload, (error, echo) => {
        if (echo !== undefined) keep(echo);
        end(error);
      });
    } else if (kind === "client-stream") {
      client.clientStream(payload, messages, (error, count) => {
        end(error ?? (count === messages ? undefined : new Error(`${kind}: counted ${count}, not ${messages}`)));
      });
    } else if (kind === "bidi") client.bidi(payload, messages, keep, end);
    else client.serverStream(payload, messages, keep, end);
  });
}
