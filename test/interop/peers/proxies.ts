import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { runToEnd, type ServerProcess, startServer } from "../../../tools/processes.js";
import { officialNames, without } from "../case-names.js";
import { serverProgram } from "./folders.js";
import { type CertificateFiles, Missing, type Peer, type Prepare, type Surroundings } from "./peer.js";
import { startServerProgram } from "./programs.js";
import {
  type Configure,
  configureApache,
  configureHaproxy,
  configureNghttpx,
  configureNginx,
} from "./proxy-configs.js";

/** A proxy that is ready to run. */
export interface Proxy {
  readonly name: string;
  readonly command: string;
  readonly version: string;
  readonly configure: Configure;
}

interface InstalledProxy extends Omit<Proxy, "version"> {
  readonly versionFlag: string;
}

/** Proxies that Debian packages. */
export const prepareNginx: Prepare = installed({
  name: "nginx",
  command: "nginx",
  versionFlag: "-v",
  configure: configureNginx,
});
export const prepareHaproxy: Prepare = installed({
  name: "haproxy",
  command: "haproxy",
  versionFlag: "-v",
  configure: configureHaproxy,
});
export const prepareNghttpx: Prepare = installed({
  name: "nghttpx",
  command: "nghttpx",
  versionFlag: "--version",
  configure: configureNghttpx,
});
export const prepareApache: Prepare = installed({
  name: "Apache",
  command: "apache2",
  versionFlag: "-v",
  configure: configureApache,
});

function installed({ versionFlag, ...proxy }: InstalledProxy): Prepare {
  return async (surroundings) => {
    const { code, output } = await runToEnd(proxy.command, [versionFlag], { timeoutMs: 10_000 });
    if (code === 127) throw new Missing(`there is no ${proxy.command} command`);
    return behind({ ...proxy, version: /\d+\.\d+\.\d+/.exec(output)?.[0] ?? output.trim() }, surroundings);
  };
}

/** Our server behind a proxy: TLS ends there, and it speaks plaintext HTTP/2 to us. */
export function behind(proxy: Proxy, { runFolder }: Surroundings): Peer {
  return {
    name: `${proxy.name} → Peregrine`,
    version: proxy.version,
    server: {
      // A thousand connections to the proxy say nothing of what is behind it.
      cases: without(officialNames, "channel_soak"),
      start: (certificate) => startBehind(proxy, runFolder, certificate),
      isProxy: true,
    },
  };
}

async function startBehind(
  { command, configure }: Proxy,
  runFolder: string,
  certificate: CertificateFiles | undefined,
): Promise<ServerProcess> {
  const folder = mkdtempSync(join(runFolder, "proxy-"));
  const server = await startServerProgram({ command: process.execPath, args: [serverProgram] }, undefined);
  const argsFor = (port: number): readonly string[] => configure({ folder, port, upstream: server.port, certificate });
  // Caddy keeps what it knows below HOME.
  const env = { HOME: folder };
  const proxy = await startServer(command, argsFor, { timeoutMs: 20_000, env }).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  return {
    port: proxy.port,
    stop: async () => {
      await proxy.stop();
      await server.stop();
    },
  };
}
