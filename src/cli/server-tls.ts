import type { TlsServerOptions } from "../net/tls-options.js";
import { CliError, ExitCode } from "./exit-code.js";
import { checkPair, readFlagFile } from "./target-options.js";

/** How a command that serves encrypts, as commander names it. */
export interface ServerTlsFlags {
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
}

/**
 * @returns undefined for plaintext
 * @throws {CliError} for files that cannot be read and options that do not go together
 */
export function serverTls({ cert, key, ca }: ServerTlsFlags): TlsServerOptions | undefined {
  checkPair(cert, key);
  if (cert === undefined || key === undefined) {
    if (ca === undefined) return undefined;
    throw new CliError("--ca asks clients for certificates, which needs --cert and --key", ExitCode.usage);
  }
  const own = { cert: readFlagFile("--cert", cert), key: readFlagFile("--key", key) };
  return ca === undefined ? own : { ...own, ca: readFlagFile("--ca", ca) };
}
