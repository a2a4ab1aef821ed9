import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CertificateFiles } from "./peer.js";

export interface Place {
  /** For its files. */
  readonly folder: string;
  readonly port: number;
  /** Of our server, plaintext. */
  readonly upstream: number;
  readonly certificate: CertificateFiles | undefined;
}

/** What writes a proxy's configuration, and gives its arguments. */
export type Configure = (place: Place) => readonly string[];

export function configureNginx({ folder, port, upstream, certificate }: Place): readonly string[] {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder};`);
  const tls =
    certificate === undefined ? "" : `ssl_certificate ${certificate.cert}; ssl_certificate_key ${certificate.key};`;
  const file = write(
    folder,
    "nginx.conf",
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

export function configureHaproxy({ folder, port, upstream, certificate }: Place): readonly string[] {
  let bind = "proto h2";
  if (certificate !== undefined) {
    const both = [certificate.cert, certificate.key].map((path) => readFileSync(path, "utf8")).join("\n");
    bind = `ssl crt ${write(folder, "both.pem", both)} alpn h2`;
  }
  const file = write(
    folder,
    "haproxy.cfg",
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

export function configureNghttpx({ folder, port, upstream, certificate }: Place): readonly string[] {
  // Else it reads the machine's own.
  const conf = `--conf=${write(folder, "nghttpx.conf", "")}`;
  const backend = `--backend=127.0.0.1,${upstream};;proto=h2`;
  if (certificate === undefined) return [conf, backend, `--frontend=127.0.0.1,${port};no-tls`];
  return [conf, backend, `--frontend=127.0.0.1,${port}`, certificate.key, certificate.cert];
}

/** Where Debian keeps them. */
const apacheModules = "/usr/lib/apache2/modules";

export function configureApache({ folder, port, upstream, certificate }: Place): readonly string[] {
  const modules = ["mpm_event", "authz_core", "http2", "proxy", "proxy_http2", "ssl"];
  const tls =
    certificate === undefined
      ? ""
      : `SSLEngine on
SSLCertificateFile ${certificate.cert}
SSLCertificateKeyFile ${certificate.key}`;
  const file = write(
    folder,
    "apache.conf",
    `${modules.map((name) => `LoadModule ${name}_module ${apacheModules}/mod_${name}.so`).join("\n")}
ServerName localhost
ServerRoot ${folder}
PidFile ${folder}/pid
DefaultRuntimeDir ${folder}
User www-data
Group www-data
ErrorLog ${folder}/error.log
Listen 127.0.0.1:${port}
Protocols h2 h2c
${tls}
ProxyPass / h2c://127.0.0.1:${upstream}/
`,
  );
  return ["-f", file, "-DFOREGROUND"];
}

export function configureCaddy({ folder, port, upstream, certificate }: Place): readonly string[] {
  const file = write(
    folder,
    "Caddyfile",
    `{
  admin off
  auto_https off
  servers {
    protocols h1 h2 h2c
  }
}
${certificate === undefined ? "http" : "https"}://:${port} {
  bind 127.0.0.1
  ${certificate === undefined ? "" : `tls ${certificate.cert} ${certificate.key}`}
  reverse_proxy h2c://127.0.0.1:${upstream}
}
`,
  );
  return ["run", "--adapter", "caddyfile", "--config", file];
}

function write(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}
