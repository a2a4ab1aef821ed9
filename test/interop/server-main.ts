import { readFileSync } from "node:fs";
import { Server } from "peregrine";
import { addEcho } from "../peers/echo-service.js";
import { parseFlags } from "./flags.js";
import { addTestService } from "./service.js";

/**
 * The official interop server: `--port`, `--use_tls`, `--tls_cert_file`, `--tls_key_file`. It has the Echo service of the
 * tests too, for peers that have no official client.
 */
const flags = parseFlags(process.argv.slice(2));
const server = new Server();
addTestService(server, `peregrine-${process.pid}`);
addEcho(server);

const target = `127.0.0.1:${flags.get("port") ?? "10000"}`;
const tls =
  flags.get("use_tls") === "true"
    ? { key: readFileSync(flags.get("tls_key_file") ?? ""), cert: readFileSync(flags.get("tls_cert_file") ?? "") }
    : undefined;
console.log(`listening on ${await server.listen(target, tls === undefined ? {} : { tls })}`);
process.once("SIGTERM", () => void server.close({ graceMs: 1_000 }));
