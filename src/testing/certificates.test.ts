import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { type ConnectionOptions, connect, createServer, type TlsOptions } from "node:tls";
import { createTestAuthority, createTestCertificates } from "./index.js";

/** Shakes hands over a real socket. Gives the client's error code, or what the server saw of the client. */
async function handshake(serverOptions: TlsOptions, clientOptions: ConnectionOptions): Promise<string> {
  const server = createServer(serverOptions, (socket) => {
    socket.on("error", () => {});
    socket.end(`${socket.authorized} ${socket.getPeerCertificate().subject?.CN ?? "-"}`);
  });
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: "127.0.0.1", ...clientOptions });
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk.toString();
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    received = error.code ?? error.message;
  });
  // Not `once` of node:events, which rejects for an error that comes first.
  await new Promise<void>((resolve) => socket.once("close", () => resolve()));
  server.close();
  await once(server, "close");
  return received;
}

describe("test certificates", () => {
  const certificates = createTestCertificates();
  const { ca, server, client } = certificates;

  it("let a client trust the server by name and by address", async () => {
    for (const identity of [{ servername: "localhost" }, { host: "127.0.0.1" }]) {
      assert.equal(await handshake(server, { ca, ...identity }), "false -");
    }
  });

  it("work with both versions of TLS", async () => {
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      assert.equal(await handshake(server, { ca, minVersion: version, maxVersion: version }), "false -");
    }
  });

  it("let both sides trust each other", async () => {
    const mutual = { ...server, ca, requestCert: true, rejectUnauthorized: true };
    assert.equal(await handshake(mutual, { ca, ...client }), "true test-client");
    assert.match(await handshake(mutual, { ca }), /CERTIFICATE_REQUIRED|ECONNRESET/);
  });

  it("can be expired", async () => {
    const expired = createTestCertificates({ expired: true });
    assert.equal(await handshake(expired.server, { ca: expired.ca }), "CERT_HAS_EXPIRED");
  });

  it("can be not valid yet", async () => {
    const notBefore = new Date(Date.now() + 3_600_000);
    const early = certificates.issueServer({ hosts: ["127.0.0.1"], notBefore });
    assert.equal(await handshake(early, { ca }), "CERT_NOT_YET_VALID");
  });

  it("can be for another host", async () => {
    const other = certificates.issueServer({ hosts: ["other.example", "10.0.0.1"] });
    assert.equal(await handshake(other, { ca }), "ERR_TLS_CERT_ALTNAME_INVALID");
    assert.equal(await handshake(other, { ca, servername: "other.example" }), "false -");
  });

  it("of one authority are not trusted by another", async () => {
    assert.match(await handshake(createTestCertificates().server, { ca }), /UNABLE_TO|SELF_SIGNED/);
  });

  it("of a client do not prove a server, nor the reverse", async () => {
    const wrong = certificates.issueClient({ hosts: ["127.0.0.1"] });
    assert.equal(await handshake(wrong, { ca }), "INVALID_PURPOSE");
    const mutual = { ...server, ca, requestCert: true, rejectUnauthorized: false };
    assert.equal(await handshake(mutual, { ca, ...certificates.issueServer() }), "false test");
  });

  it("say what they were asked to say", () => {
    const hosts = ["a.example", "*.b.example", "10.1.2.3", "2001:db8::1", "spiffe://x/y"];
    const notAfter = new Date("2051-02-03T04:05:06Z");
    const certificate = new X509Certificate(certificates.issueServer({ hosts, notAfter }).cert);
    assert.equal(certificate.subject, "CN=a.example");
    assert.equal(
      certificate.subjectAltName,
      "DNS:a.example, DNS:*.b.example, IP Address:10.1.2.3, IP Address:2001:DB8:0:0:0:0:0:1, URI:spiffe://x/y",
    );
    assert.equal(new Date(certificate.validTo).getTime(), notAfter.getTime());
    const issuer = new X509Certificate(ca);
    assert.equal(issuer.ca, true);
    assert.ok(issuer.verify(issuer.publicKey));
    assert.ok(certificate.verify(issuer.publicKey));
    assert.ok(certificate.checkIssued(issuer));
    assert.equal(certificate.ca, false);
    assert.notEqual(certificate.serialNumber, issuer.serialNumber);
  });

  it("can name the authority and the client", () => {
    assert.equal(new X509Certificate(createTestAuthority("My CA").ca).subject, "CN=My CA");
    const named = createTestCertificates({ clientName: "alice" });
    assert.equal(new X509Certificate(named.client.cert).subject, "CN=alice");
  });
});
