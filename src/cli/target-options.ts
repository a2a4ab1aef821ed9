import { readFileSync } from "node:fs";
import { base64ToBytes } from "../base/base64.js";
import { Metadata } from "../base/metadata.js";
import { RpcError } from "../base/rpc-error.js";
import { Channel } from "../client/channel.js";
import type { ChannelOptions } from "../client/channel-options.js";
import { type TlsClientOptions, TlsOptionsError } from "../net/tls-options.js";
import { CliError, ExitCode } from "./exit-code.js";
import type { TargetFlags } from "./target-flags.js";

/**
 * A channel as the options say.
 *
 * @throws {CliError} for files that cannot be read, and for options that do not go together or cannot be
 */
export function openChannel(host: string, flags: TargetFlags, more: ChannelOptions = {}): Channel {
  try {
    return new Channel(host, {
      tls: tlsOptionsOf(flags),
      authority: flags.authority,
      userAgent: flags.userAgent,
      connectTimeoutMs: flags.connectTimeout,
      ...more,
    });
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (error instanceof RpcError || error instanceof TypeError) throw new CliError(error.message, ExitCode.usage);
    if (error instanceof TlsOptionsError) throw new CliError(explainTls(error.message));
    throw error;
  }
}

/** The library names its options; here they are named as the command line has them. */
function explainTls(message: string): string {
  return message.replace(/`(ca|cert|key)`/g, "--$1").replace("; give the content of the file, not its name", "");
}

/**
 * How the options encrypt, as plain data.
 *
 * @throws {CliError} for files that cannot be read, and for options that do not go together
 */
export function tlsOptionsOf(flags: TargetFlags): boolean | TlsClientOptions {
  const { ca, cert, key, serverName, insecure } = flags;
  checkPair(cert, key);
  if (insecure && ca !== undefined) {
    throw new CliError("--insecure takes any certificate, and --ca says which to take: give one", ExitCode.usage);
  }
  if (!flags.tls && !insecure && [ca, cert, serverName].every((one) => one === undefined)) return false;
  return {
    ca: ca === undefined ? undefined : readFlagFile("--ca", ca),
    cert: cert === undefined ? undefined : readFlagFile("--cert", cert),
    key: key === undefined ? undefined : readFlagFile("--key", key),
    serverName,
    verifyCertificate: !insecure,
  };
}

/** @throws {CliError} when there is only one of them */
export function checkPair(cert: string | undefined, key: string | undefined): void {
  if ((cert === undefined) === (key === undefined)) return;
  const [given, missing] = cert === undefined ? ["--key", "--cert"] : ["--cert", "--key"];
  throw new CliError(`${given} without ${missing}: a certificate and its key belong together`, ExitCode.usage);
}

/**
 * The metadata that `--header` and the options for tokens ask for.
 *
 * @throws {CliError} for what cannot be sent
 */
export function metadataOf(flags: TargetFlags, env: NodeJS.ProcessEnv = process.env): Metadata {
  return metadataFrom(headersOf(flags, env));
}

/**
 * What `--header` and the options for tokens ask for, as plain data: bytes are base64.
 *
 * @throws {CliError} for options that do not go together
 */
export function headersOf(flags: TargetFlags, env: NodeJS.ProcessEnv = process.env): Header[] {
  const headers = [...(flags.header ?? [])];
  const token = tokenOf(flags, env);
  if (token === undefined) return headers;
  if (headers.some(([name]) => name === "authorization")) {
    throw new CliError("--header 'authorization: ...' and a bearer token: give one", ExitCode.usage);
  }
  return [...headers, ["authorization", `Bearer ${token}`]];
}

/** @throws {CliError} for what cannot be sent */
export function metadataFrom(headers: readonly Header[]): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of headers) addHeader(metadata, name, value);
  return metadata;
}

type Header = readonly [name: string, value: string];

function addHeader(metadata: Metadata, name: string, value: string): void {
  try {
    if (!name.endsWith("-bin")) metadata.append(name as "text", value);
    else metadata.append(name as "a-bin", bytesOf(name, value));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CliError(`--header: ${error.message}`, ExitCode.usage);
  }
}

function bytesOf(name: string, value: string): Uint8Array {
  const bytes = base64ToBytes(value);
  if (bytes !== undefined) return bytes;
  throw new CliError(`--header: "${name}" holds bytes, and ${JSON.stringify(value)} is no base64`, ExitCode.usage);
}

function tokenOf({ bearer, bearerEnv, bearerFile }: TargetFlags, env: NodeJS.ProcessEnv): string | undefined {
  if ([bearer, bearerEnv, bearerFile].filter((one) => one !== undefined).length > 1) {
    throw new CliError("--bearer, --bearer-env and --bearer-file all give a token: use one", ExitCode.usage);
  }
  if (bearerFile !== undefined)
    return nonEmpty(`--bearer-file ${bearerFile}`, readFlagFile("--bearer-file", bearerFile));
  if (bearerEnv !== undefined) return nonEmpty(`--bearer-env ${bearerEnv}`, env[bearerEnv] ?? "");
  return bearer;
}

function nonEmpty(what: string, text: string): string {
  const token = text.trim();
  if (token !== "") return token;
  throw new CliError(`${what}: there is no token in it`, ExitCode.usage);
}

/** @throws {CliError} naming the option */
export function readFlagFile(flag: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new CliError(`${flag} ${path}: cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
