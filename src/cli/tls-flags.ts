import { readFileSync } from "node:fs";
import type { Command } from "commander";
import type { TlsClientOptions, TlsServerOptions } from "../net/tls-options.js";
import { CliError, ExitCode } from "./exit-code.js";

/** How a command that calls servers encrypts. */
export interface TlsFlags {
  readonly tls?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
}

/** Adds the options for TLS to a command that calls servers. */
export function addTlsFlags(command: Command): Command {
  return command
    .option("--tls", "encrypt, and trust the authorities that Node trusts; default: plaintext")
    .option("--ca <file>", "authorities to trust instead (PEM); means --tls")
    .option("--cert <file>", "own certificate (PEM), for mutual TLS; means --tls")
    .option("--key <file>", "private key of --cert (PEM)")
    .option("--server-name <name>", "name that the server's certificate must be for; default: the host");
}

/** @throws {CliError} for files that cannot be read and options that do not go together */
export function clientTls(flags: TlsFlags): boolean | TlsClientOptions {
  const { ca, cert, key, serverName } = flags;
  checkPair(cert, key);
  if (flags.tls !== true && ca === undefined && cert === undefined && serverName === undefined) return false;
  return {
    ...(ca === undefined ? {} : { ca: readPem("--ca", ca) }),
    ...(cert === undefined ? {} : { cert: readPem("--cert", cert) }),
    ...(key === undefined ? {} : { key: readPem("--key", key) }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

/** @throws {CliError} as `clientTls` */
export function serverTls(flags: Pick<TlsFlags, "ca" | "cert" | "key">): TlsServerOptions | undefined {
  const { ca, cert, key } = flags;
  checkPair(cert, key);
  if (cert === undefined || key === undefined) {
    if (ca === undefined) return undefined;
    throw new CliError("--ca asks clients for certificates, which needs --cert and --key", ExitCode.usage);
  }
  return {
    cert: readPem("--cert", cert),
    key: readPem("--key", key),
    ...(ca === undefined ? {} : { ca: readPem("--ca", ca) }),
  };
}

function checkPair(cert: string | undefined, key: string | undefined): void {
  if ((cert === undefined) === (key === undefined)) return;
  throw new CliError("--cert and --key belong together: one is missing", ExitCode.usage);
}

function readPem(flag: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new CliError(`${flag} ${path}: cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
