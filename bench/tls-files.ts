import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestCertificates } from "peregrine/testing";

/** A certificate made for the run, for `localhost` and 127.0.0.1, as files for every language. */
export interface TlsFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  remove(): void;
}

export function makeTlsFiles(): TlsFiles {
  const { ca, server } = createTestCertificates();
  const folder = mkdtempSync(join(tmpdir(), "bench-tls-"));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  return {
    ca: write("ca.pem", ca),
    cert: write("server.pem", server.cert),
    key: write("server.key", server.key),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
