import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";
import { servicePath } from "../../client/wire.js";
import { announce, serverTls } from "../serve.js";

const echo = {
  type: "object",
  properties: { payload: { type: "string" }, text: { type: "string" } },
  required: ["payload"],
} as const;

interface Echo {
  readonly payload: string;
  readonly text?: string;
}

/** With a schema for request and response, as its documentation advises for speed; no logger. */
const options = { bodyLimit: 4 * 1024 * 1024 };
const tls = serverTls();
const app = (tls === undefined ? Fastify(options) : Fastify({ ...options, https: tls })) as FastifyInstance;
app.post<{ Body: Echo }>(
  `${servicePath}/Unary`,
  { schema: { body: echo, response: { 200: echo } } },
  async ({ body: { payload, text } }): Promise<Echo> => (text === undefined ? { payload } : { payload, text }),
);
await app.listen({ host: "127.0.0.1", port: 0 });
announce((app.server.address() as AddressInfo).port);
