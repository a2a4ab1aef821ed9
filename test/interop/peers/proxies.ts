import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runToEnd, type ServerProcess, startServer } from "../../../tools/processes.js";
import { officialNames, without } from "../case-names.js";
import { serverProgram } from "./folders.js";
import { type CertificateFiles, Missing, type Peer, type Surroundings } from "./peer.js";
import { startServerProgram } from "./programs.js";

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly upstream: number;
  readonly certificate: CertificateFiles | undefined;
}

/** What writes its configuration, and gives the arguments. */
type Configure = (place: Place) => readonly string[];

/** Our server behind nginx: TLS ends there, and it speaks plaintext HTTP/2 to us. */
export function prepareNginx(surroundings: Surroundings): Promise<Peer> {
  return prepareProxy("nginx", surroundings, configureNginx);
}

/** The same behind haproxy. */
export function prepareHaproxy(surroundings: Surroundings): Promise<Peer> {
  return prepareProxy("haproxy", surroundings, configureHaproxy);
}

async function prepareProxy(command: string, { runFolder }: Surroundings, configure: Configure): Promise<Peer> {
  const { code, output } = await runToEnd(command, ["-v"], { timeoutMs: 10_000 });
  if (code === 127) throw new Missing(`there is no ${command} command`);
  return {
    name: `${command} → Peregrine`,
    version: /\d+\.\d+\.\d+/.exec(output)?.[0] ?? output.trim(),
    server: {
      // A thousand connections to the proxy say nothing of what is behind it.
      cases: without(officialNames, "channel_soak"),
      start: (certificate) => startBehind(command, runFolder, configure, certificate),
      isProxy: true,
    },
  };
}

async function startBehind(
  command: string,
  runFolder: string,
  configure: Configure,
  certificate: CertificateFiles | undefined,
): Promise<ServerProcess> {
  const folder = mkdtempSync(join(runFolder, `${command}-`));
  const server = await startServerProgram({ command: process.execPath, args: [serverProgram] }, undefined);
  const argsFor = (port: number): readonly string[] => configure({ folder, port, upstream: server.port, certificate });
  const proxy = await startServer(command, argsFor, { timeoutMs: 20_000 }).catch(async (error: unknown) => {
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

function configureNginx({ folder, port, upstream, certificate }: Place): readonly string[] {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder};`);
  const tls =
    certificate === undefined ? "" : `ssl_certificate ${certificate.cert}; ssl_certificate_key ${certificate.key};`;
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr;
events { worker_connections 256; }
http {
  access_log off; ${temporary.join(" ")}
  server {
    listen 127.0.0.1:${port} ${certificate === undefined ? "" : "ssl "}http2; ${tls}
    location / { grpc_pass grpc://127.0.0.1:${upstream}; }
  }
}
`,
  );
  return ["-p", folder, "-c", file];
}

function configureHaproxy({ folder, port, upstream, certificate }: Place): readonly string[] {
  let bind = "proto h2";
  if (certificate !== undefined) {
    const both = join(folder, "both.pem");
    writeFileSync(both, [certificate.cert, certificate.key].map((path) => readFileSync(path, "utf8")).join("\n"), {
      mode: 0o600,
    });
    bind = `ssl crt ${both} alpn h2`;
  }
  const file = join(folder, "haproxy.cfg");
  writeFileSync(
    file,
    `global
  maxconn 256
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend grpc
  bind 127.0.0.1:${port} ${bind}
  default_backend peregrine
backend peregrine
  server one 127.0.0.1:${upstream} proto h2
`,
  );
  return ["-db", "-f", file];
}
