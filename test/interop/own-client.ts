import { Channel } from "peregrine";
import { type Case, plainCases } from "./cases.js";
import { compressedCases } from "./compressed-cases.js";
import { startRelay } from "./relay.js";

/** Where a server is, and how to reach it. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** Undefined for plaintext; `ca` undefined for the machine's own authorities. */
  readonly tls: { readonly ca: string | undefined } | undefined;
  /** The name that the server's certificate must have, where it is not `host`. */
  readonly serverName?: string | undefined;
}

const caseMs = 20_000;
const cases: Readonly<Record<string, Case>> = { ...plainCases, ...compressedCases };

/** Runs one case with a channel of its own. Gives what went wrong, or undefined. Never throws, and always ends. */
export async function runCase(name: string, endpoint: Endpoint): Promise<string | undefined> {
  const run = cases[name];
  if (run === undefined) return `no such case; there are ${Object.keys(cases).join(", ")}`;
  const needsRelay = compressedCases[name] !== undefined;
  const relay = needsRelay ? await startRelay(endpoint.host, endpoint.port) : undefined;
  const channel = openChannel(endpoint, relay?.port);
  const target = relay === undefined ? { channel } : { channel, wire: relay };
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${caseMs} ms`)), caseMs);
  });
  try {
    await Promise.race([run(target), tooLong]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    clearTimeout(timer);
    await channel.close();
    await relay?.close();
  }
}

export function openChannel(endpoint: Endpoint, port: number = endpoint.port): Channel {
  const target = `${endpoint.host}:${port}`;
  if (endpoint.tls === undefined) return new Channel(target);
  const { ca } = endpoint.tls;
  const { serverName } = endpoint;
  return new Channel(target, {
    tls: { ...(ca !== undefined && { ca }), ...(serverName !== undefined && { serverName }) },
  });
}
