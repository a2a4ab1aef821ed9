import { runToEnd, type ServerProcess, startServer } from "../../../tools/processes.js";
import { compressedCases } from "../compressed-cases.js";
import { type Relay, startRelay } from "../relay.js";
import { channelSoakBytes, soakIterations } from "../soak-cases.js";
import { type CertificateFiles, Missing, type PeerTarget } from "./peer.js";

/** A program with its first arguments. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Flags for TLS, given the file of the authority; those of the official programs else. */
  readonly tlsFlags?: (caFile: string) => readonly string[];
  readonly plainFlags?: readonly string[];
}

const caseMs = 30_000;
const soakMs = 90_000;
/** The end of what a program says tells why it failed. */
const outputCharsMax = 2_000;
const officialTlsFlags = (caFile: string): readonly string[] => ["--use_tls", "--use_test_ca", `--ca_file=${caFile}`];

/** TLS and framing add less than this to what a compressed case sends. */
const overheadBytesMax = 24_000;

/**
 * What a client's whole case sends or receives at least, when all is compressed that should be and nothing else. It is
 * counted outside of either end.
 */
const compressedBytes: Readonly<Record<string, readonly ["sent" | "received", number]>> = {
  client_compressed_unary: ["sent", 2 * 271_828],
  server_compressed_unary: ["received", 314_159],
  client_compressed_streaming: ["sent", 27_182 + 45_904],
  server_compressed_streaming: ["received", 92_653],
};

/** Runs one case of an interop client in a process of its own. */
export async function runClientProgram(
  program: Program,
  name: string,
  target: PeerTarget,
): Promise<string | undefined> {
  const relay = compressedCases[name] === undefined ? undefined : await startRelay("127.0.0.1", target.port);
  const args = [
    ...program.args,
    // For a name, even localhost, grpc-go asks a DNS server for a service config, and waits seconds when none answers.
    "--server_host=127.0.0.1",
    `--server_port=${relay?.port ?? target.port}`,
    `--test_case=${name}`,
    ...(target.ca === undefined ? (program.plainFlags ?? []) : (program.tlsFlags ?? officialTlsFlags)(target.ca.file)),
    ...soakFlags(name),
  ];
  const timeoutMs = soakFlags(name).length > 0 ? soakMs : caseMs;
  const { code, output } = await runToEnd(program.command, args, { timeoutMs, ...envOf(program) });
  const miscounted = relay === undefined ? undefined : checkBytes(name, relay);
  await relay?.close();
  return code === 0 ? miscounted : `exit code ${code}: ${output.trim().slice(-outputCharsMax)}`;
}

function envOf({ env }: Program): { env?: Readonly<Record<string, string>> } {
  return env === undefined ? {} : { env };
}

function soakFlags(name: string): readonly string[] {
  if (!name.endsWith("_soak")) return [];
  const sizes = [`--soak_request_size=${channelSoakBytes}`, `--soak_response_size=${channelSoakBytes}`];
  return [
    `--soak_iterations=${soakIterations}`,
    `--soak_overall_timeout_seconds=${soakMs / 1000}`,
    ...(name === "channel_soak" ? sizes : []),
  ];
}

function checkBytes(name: string, relay: Relay): string | undefined {
  const [direction, least] = compressedBytes[name]!;
  const bytes = direction === "sent" ? relay.sentBytes() : relay.receivedBytes();
  if (bytes >= least && bytes < least + overheadBytesMax) return undefined;
  return `${bytes} bytes were ${direction}, expected ${least} and a little more: not compressed as the case asks`;
}

/** Starts an interop server that knows the official flags. */
export function startServerProgram(
  program: Program,
  certificate: CertificateFiles | undefined,
  flags?: (certificate: CertificateFiles) => readonly string[],
): Promise<ServerProcess> {
  const official = ({ cert, key }: CertificateFiles): readonly string[] => [
    "--use_tls",
    `--tls_cert_file=${cert}`,
    `--tls_key_file=${key}`,
  ];
  const tls = certificate === undefined ? (program.plainFlags ?? []) : (flags ?? official)(certificate);
  const argsFor = (port: number): string[] => [...program.args, `--port=${port}`, ...tls];
  return startServer(program.command, argsFor, { timeoutMs: 30_000, ...envOf(program) });
}

/** Runs a step of an installation. @throws {Missing} when it fails */
export async function install(
  command: string,
  args: readonly string[],
  options: { timeoutMs?: number; cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const { code, output } = await runToEnd(command, args, { timeoutMs: 240_000, ...options });
  // A shell ends with the same code when it does not find what a script calls; its output says what.
  if (code === 127 && output.includes("ENOENT")) throw new Missing(`there is no ${command} command`);
  if (code !== 0) {
    throw new Missing(
      `${command} ${args.slice(0, 3).join(" ")} ended with ${code}: ${output.trim().split("\n").at(-1)}`,
    );
  }
  return output;
}

/** Version of an installed Debian package. @throws {Missing} without it */
export async function debianVersion(name: string): Promise<string> {
  const { code, output } = await runToEnd("dpkg-query", ["-W", "-f=$" + "{Version}", name], { timeoutMs: 10_000 });
  if (code !== 0) throw new Missing(`the Debian package ${name} is not installed`);
  return output.trim();
}
