import { readFileSync } from "node:fs";
import { parseFlags } from "./flags.js";
import { runOwnCase } from "./own-client.js";

/**
 * The official interop client: `--server_host`, `--server_port`, `--test_case`, `--use_tls`, `--ca_file`,
 * `--server_host_override`. Ends with exit code 1 and a message when the case fails.
 */
const flags = parseFlags(process.argv.slice(2));
const host = flags.get("server_host") ?? "localhost";
const name = flags.get("test_case") ?? "large_unary";
const caFile = flags.get("ca_file");
const failure = await runOwnCase(name, {
  host,
  port: Number(flags.get("server_port") ?? "10000"),
  tls:
    flags.get("use_tls") === "true"
      ? { ca: caFile === undefined ? undefined : readFileSync(caFile, "utf8") }
      : undefined,
  serverName: flags.get("server_host_override"),
});
console.log(failure === undefined ? `${name}: passed` : `${name}: ${failure}`);
process.exitCode = failure === undefined ? 0 : 1;
