import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { opensslReason, type TlsProblem, tlsProblem, tlsReason } from "./tls-errors.js";

function line(reason: string): Error {
  return new Error(`write EPROTO 80EC:error:0A000410:SSL routines:ssl3_read_bytes:${reason}:../rec_layer_s3.c:1601:\n`);
}

describe("tlsProblem", () => {
  const cases: [string, TlsProblem][] = [
    ["wrong version number", "plaintext"],
    ["WRONG_VERSION_NUMBER", "plaintext"],
    ["http request", "plaintext"],
    ["packet length too long", "plaintext"],
    ["sslv3 alert handshake failure", "handshake-failure-alert"],
    ["ssl/tls alert handshake failure", "handshake-failure-alert"],
    ["SSLV3_ALERT_HANDSHAKE_FAILURE", "handshake-failure-alert"],
    ["tlsv13 alert certificate required", "certificate-required"],
    ["tlsv1 alert unknown ca", "unknown-ca-alert"],
    ["ssl/tls alert bad certificate", "rejected-certificate-alert"],
    ["sslv3 alert certificate revoked", "rejected-certificate-alert"],
    ["tlsv1 alert no application protocol", "no-h2"],
    ["tlsv1 alert protocol version", "version"],
    ["something new", "other"],
  ];
  for (const [reason, problem] of cases) {
    it(`knows "${reason}"`, () => {
      assert.equal(tlsProblem(line(reason)), problem);
      assert.equal(tlsProblem(Object.assign(new Error("x"), { reason })), problem);
      assert.equal(opensslReason(line(reason)), reason);
    });
  }

  it("goes by Node's code first", () => {
    assert.equal(tlsProblem(Object.assign(new Error("x"), { code: "CERT_HAS_EXPIRED" })), "expired");
    assert.equal(tlsProblem("no error"), "other");
  });
});

describe("tlsReason", () => {
  it("explains alerts, gives OpenSSL's reason for others, and nothing for other errors", () => {
    assert.equal(tlsReason(line("bad record mac")), "bad record mac");
    assert.equal(
      tlsReason(line("tlsv1 alert unknown ca")),
      "the peer does not know the authority that signed our certificate (tlsv1 alert unknown ca)",
    );
    assert.equal(tlsReason(new Error("x")), undefined);
    assert.equal(tlsReason("x"), undefined);
  });
});
