import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Channel, RpcError, Server, Status, type TlsClientOptions } from "peregrine";
import { createTestCertificates } from "peregrine/testing";
import { freePort } from "../../tools/processes.js";
import { Echo } from "../gen/echo_pb.js";

// What a client says when a server does not take its certificate: TLS 1.3 tells by an alert behind the client's handshake, if at all.

const certificates = createTestCertificates();
const { ca } = certificates;
const dayMs = 86_400_000;
const expired = certificates.issueClient({
  notBefore: new Date(Date.now() - 2 * dayMs),
  notAfter: new Date(Date.now() - dayMs),
});

async function refusal(target: string, client: Partial<TlsClientOptions>): Promise<string> {
  const channel = new Channel(target, { tls: { ca, ...client } });
  try {
    await channel.client(Echo).unary({}, { timeoutMs: 10_000 });
    return "answered";
  } catch (error) {
    assert.ok(error instanceof RpcError && error.code === Status.UNAVAILABLE, String(error));
    return error.message;
  } finally {
    await channel.close({ graceMs: 0 });
  }
}

const noOpenssl = spawnSync("openssl", ["version"]).status !== 0 && "there is no openssl";

describe("a server that says by an alert why it refuses a certificate", { skip: noOpenssl }, () => {
  const folder = mkdtempSync(join(tmpdir(), "peregrine-"));
  let server: ChildProcess;
  let target: string;

  before(async () => {
    const files = { ca, cert: certificates.server.cert, key: certificates.server.key };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    target = `127.0.0.1:${await freePort()}`;
    const own = ["-cert", join(folder, "cert"), "-key", join(folder, "key"), "-CAfile", join(folder, "ca")];
    const asks = ["-Verify", "1", "-verify_return_error", "-alpn", "h2"];
    server = spawn("openssl", ["s_server", "-accept", target, ...own, ...asks], { stdio: ["pipe", "pipe", "ignore"] });
    let said = "";
    // It says ACCEPT when it listens.
    while (!said.includes("ACCEPT")) said += String((await once(server.stdout as NodeJS.ReadableStream, "data"))[0]);
    server.stdout?.resume();
  });

  after(() => {
    server.kill();
    rmSync(folder, { recursive: true });
  });

  test("no certificate", async () => {
    assert.match(await refusal(target, {}), /the peer requires a client certificate and got none/);
  });

  test("one of an authority that it does not know", async () => {
    const foreign = createTestCertificates().client;
    assert.match(
      await refusal(target, foreign),
      /the peer does not know the authority that signed our certificate \(.*unknown ca\)/,
    );
  });

  test("one that has expired", async () => {
    assert.match(
      await refusal(target, expired),
      /the peer says that our certificate has expired \(.*certificate expired\)/,
    );
  });
});

test("a server of Node, as ours, sends no alert but for a certificate that is missing: the client says what may be, and the server what is", async () => {
  const errors: string[] = [];
  await using server = new Server({ onError: (error) => void errors.push((error as Error).message) });
  const target = `${await server.listen("127.0.0.1:0", { tls: { ...certificates.server, ca } })}`;
  assert.match(await refusal(target, {}), /the peer requires a client certificate and got none/);
  assert.match(await refusal(target, expired), /\(did it refuse our certificate, or want one\? its log may say\)$/);
  assert.match(errors[1] ?? "", /^the client 127\.0\.0\.1:\d+ showed a certificate that has expired/);
});
