import { tmpdir } from "node:os";
import { join } from "node:path";
import { runToEnd } from "../../../tools/processes.js";
import { buildOnce } from "./builds.js";
import { Missing, type Peer, type Surroundings } from "./peer.js";
import { install } from "./programs.js";
import { behind } from "./proxies.js";
import { configureCaddy } from "./proxy-configs.js";

const version = "v2.11.9";
const dear = { minutes: 3, peer: "Caddy" };

/** Our server behind Caddy: the newest where it has been built, else the one that is installed. */
export async function prepareCaddy(surroundings: Surroundings): Promise<Peer> {
  const built = await buildOnce({ name: "caddy", versions: version, dear, run: build }, surroundings).then(
    (folder) => ({ command: join(folder, "caddy"), version }),
    (error: unknown) => {
      if (!(error instanceof Missing)) throw error;
      return error;
    },
  );
  const found = built instanceof Missing ? await findInstalled() : built;
  if (found === undefined) throw built;
  return behind({ name: "Caddy", configure: configureCaddy, ...found }, surroundings);
}

async function build(folder: string): Promise<void> {
  const module = `github.com/caddyserver/caddy/v2/cmd/caddy@${version}`;
  await install("go", ["install", module], { timeoutMs: 900_000, cwd: tmpdir(), env: { GOBIN: folder } });
}

async function findInstalled(): Promise<{ command: string; version: string } | undefined> {
  const { code, output } = await runToEnd("caddy", ["version"], { timeoutMs: 10_000 });
  return code === 0 ? { command: "caddy", version: output.trim() } : undefined;
}
