import { plainCases } from "./cases.js";
import { compressedCases } from "./compressed-cases.js";
import { startRelay } from "./relay.js";
import { soakCases } from "./soak-cases.js";
import type { Case, Endpoint, OpenClient, TestClient } from "./test-client.js";

const caseMs = 20_000;
/** A thousand connections to a server that is slow at them. */
const soakMs = 90_000;
const cases: Readonly<Record<string, Case>> = { ...plainCases, ...compressedCases, ...soakCases };

/** Runs one case with a client of its own. Gives what went wrong, or undefined. Never throws, and always ends. */
export async function runCase(name: string, open: OpenClient, endpoint: Endpoint): Promise<string | undefined> {
  const run = cases[name];
  if (run === undefined) return `no such case; there are ${Object.keys(cases).join(", ")}`;
  const needsRelay = compressedCases[name] !== undefined;
  const relay = needsRelay ? await startRelay(endpoint.host, endpoint.port) : undefined;
  const reached: Endpoint = relay === undefined ? endpoint : { ...endpoint, port: relay.port };
  const opened = (): TestClient => open(reached);
  const client = opened();
  const target = { client, open: opened, ...(relay !== undefined && { wire: relay }) };
  const boundMs = soakCases[name] === undefined ? caseMs : soakMs;
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${boundMs} ms`)), boundMs);
  });
  try {
    await Promise.race([run(target), tooLong]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    clearTimeout(timer);
    await client.close();
    await relay?.close();
  }
}
