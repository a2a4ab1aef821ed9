import { readFileSync } from "node:fs";
import { Server } from "peregrine";
import { TestService } from "../gen/grpc/testing/test_pb.js";
import { addEcho } from "../peers/echo-service.js";
import { parseFlags } from "./flags.js";
import { serveConnect } from "./node/connect.js";
import { serveGrpcJs } from "./node/grpc-js-server.js";
import { serveNiceGrpc } from "./node/nice-grpc.js";
import type { Serve, TestServerOptions } from "./node/server-options.js";
import { testHandlers } from "./service.js";

/** Ours has the Echo service of the tests too, for peers that have no official client. */
async function serveOwn({ port, serverId, tls }: TestServerOptions): Promise<() => Promise<void>> {
  const server = new Server();
  server.add(TestService, testHandlers(serverId), { allowMissing: true });
  addEcho(server);
  await server.listen(`127.0.0.1:${port}`, tls === undefined ? {} : { tls });
  return () => server.close({ graceMs: 1_000 });
}

const implementations: Readonly<Record<string, Serve>> = {
  peregrine: serveOwn,
  "grpc-js": serveGrpcJs,
  "connect-node": serveConnect,
  "nice-grpc": serveNiceGrpc,
};

/**
 * The official interop server: `--port`, `--use_tls`, `--tls_cert_file`, `--tls_key_file`; `--implementation` serves the
 * same with another package.
 */
const flags = parseFlags(process.argv.slice(2));
const name = flags.get("implementation") ?? "peregrine";
const serve = implementations[name];
if (serve === undefined)
  throw new Error(`no implementation ${name}; there are ${Object.keys(implementations).join(", ")}`);
const port = Number(flags.get("port") ?? "10000");
const read = (flag: string): string => readFileSync(flags.get(flag) ?? "", "utf8");
const tls = flags.get("use_tls") === "true" ? { key: read("tls_key_file"), cert: read("tls_cert_file") } : undefined;
const stop = await serve({ port, serverId: `${name}-${process.pid}`, tls });
console.log(`${name} is listening on 127.0.0.1:${port}`);
process.once("SIGTERM", () => {
  // Nothing holds the process after this but connections that a client keeps.
  void stop().then(() => process.exit(0));
});
