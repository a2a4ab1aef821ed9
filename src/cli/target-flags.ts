import type { Command } from "commander";
import { collect, collectHeader, readBytes, readTime } from "./option-values.js";

/** How a command that calls servers reaches them, as commander names it. */
export interface TargetFlags {
  readonly tls: boolean;
  readonly ca?: string;
  readonly insecure: boolean;
  readonly serverName?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly authority?: string;
  readonly userAgent?: string;
  readonly header?: readonly (readonly [string, string])[];
  readonly bearer?: string;
  readonly bearerEnv?: string;
  readonly bearerFile?: string;
  /** In ms. */
  readonly connectTimeout: number;
}

/** Where a command knows services from, as commander names it. */
export interface SchemaFlags {
  readonly proto?: readonly string[];
  readonly include?: readonly string[];
  readonly descriptorSet?: readonly string[];
}

/** Adds how servers are reached. Flags only: nothing that connects is loaded for the help. */
export function addTargetOptions(command: Command, connectTimeout: string = "10s"): void {
  command
    .option("--tls", "use TLS, with the authorities that Node trusts; default: plaintext", false)
    .option("--ca <file>", "use TLS, and trust these authorities (PEM) instead")
    .option("--insecure", "use TLS, and take any certificate: there is no proof of who answers", false)
    .option("--server-name <name>", "use TLS; the server's certificate must be for this name")
    .option("--cert <file>", "own certificate (PEM), for mutual TLS")
    .option("--key <file>", "private key of --cert (PEM)")
    .option("--authority <name>", "what calls name as :authority; default: HOST")
    .option("--user-agent <text>", "stands before peregrine's own in user-agent")
    .option(
      "-H, --header <header>",
      '"name: value" to send; names in -bin have base64; may be given several times',
      collectHeader,
    )
    .option("--bearer <token>", "send this token as authorization; the two below keep it out of process lists")
    .option("--bearer-env <name>", "send the token that this environment variable has")
    .option("--bearer-file <file>", "send the token that is in this file")
    .option("--connect-timeout <time>", "how long connecting may take", readTime, readTime(connectTimeout));
  // What is shown is what would be typed.
  const option = command.options.find(({ long }) => long === "--connect-timeout");
  option?.default(readTime(connectTimeout), connectTimeout);
}

/** Adds where services are known from. */
export function addSchemaOptions(command: Command): void {
  command
    .option(
      "--proto <path>",
      ".proto file or directory with the service, instead of asking the server; several",
      collect,
    )
    .option("--include <dir>", "directory that import names begin in; may be given several times", collect)
    .option("--descriptor-set <file>", "descriptors instead, as peregrine build writes them; several", collect);
}

/** Adds a bound on what is received. */
export function addMessageSizeOption(command: Command): void {
  command.option("--max-message-bytes <size>", "largest message to take; default: 4MiB", readBytes);
}
