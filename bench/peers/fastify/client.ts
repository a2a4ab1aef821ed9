import { Pool } from "undici";
import { type BenchClient, type Endpoint, unsupported } from "../../client/client.js";
import { serveTasks } from "../../client/serve.js";
import { servicePath } from "../../client/wire.js";

/** As many connections as calls in flight: HTTP/1.1 has one call at a time on each. */
const connectionsMax = 100;

function connect({ port, ca }: Endpoint): BenchClient {
  const pool = new Pool(`${ca === undefined ? "http" : "https"}://127.0.0.1:${port}`, {
    connections: connectionsMax,
    connect: ca === undefined ? {} : { ca },
  });
  const echo = async (payload: Uint8Array): Promise<Uint8Array> => {
    const { statusCode, body } = await pool.request({
      method: "POST",
      path: `${servicePath}/Unary`,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ payload: Buffer.from(payload).toString("base64") }),
    });
    const answer = (await body.json()) as { payload: string };
    if (statusCode !== 200) throw new Error(`status ${statusCode}: ${JSON.stringify(answer)}`);
    return Buffer.from(answer.payload, "base64");
  };
  return {
    unary: (payload, done) => void echo(payload).then((answer) => done(undefined, answer), done),
    serverStream: unsupported("streams"),
    clientStream: unsupported("streams"),
    bidi: unsupported("streams"),
  };
}

serveTasks(connect);
