import { readFileSync } from "node:fs";
import { Channel } from "peregrine";
import { Echo } from "../test/gen/echo_pb.js";
import { checkClient } from "./client/check.js";
import { readAll, requests } from "./client/requests.js";
import type { Kind } from "./client/task.js";

/**
 * Calls a server once with our client and compares each byte of the answer; the call must end with status 0.
 *
 * @throws when the answer is wrong, or does not come
 */
export async function verifyServer(port: number, kind: Kind, payloadBytes: number, caFile?: string): Promise<void> {
  const tls = caFile === undefined ? {} : { tls: { ca: readFileSync(caFile) } };
  await using channel = new Channel(`127.0.0.1:${port}`, tls);
  const echo = channel.client(Echo);
  const options = { timeoutMs: 10_000 };
  const client = {
    unary: (payload, done) =>
      void echo.unary({ payload }, options).then((answer) => done(undefined, answer.payload), done),
    serverStream: (payload, count, onMessage, done) =>
      readAll(echo.serverStream({ payload, count }, options), onMessage, done),
    clientStream: (payload, count, done) =>
      void echo.clientStream(requests(payload, count), options).then((answer) => done(undefined, answer.count), done),
    bidi: (payload, count, onMessage, done) => readAll(echo.bidi(requests(payload, count), options), onMessage, done),
  } satisfies Parameters<typeof checkClient>[0];
  await checkClient(client, kind, payloadBytes);
}
