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
    ["sslv3 alert certificate revoked", "revoked-alert"],
    ["sslv3 alert certificate expired", "expired-alert"],
    ["ssl/tls alert certificate expired", "expired-alert"],
    ["tlsv1 alert no application protocol", "no-h2"],
    ["tlsv1 alert protocol version", "version"],
    ["something new", "other"],
  ];
  for (const [reason, problem] of cases) {
    it(`knows "${reason}"`, () => {
      assert.equal(tlsProblem(line(reason)), problem);
      assert.equal(tlsProblem(Object.assign(new Error("x"), { reason })), problem);
      assert.equal(
        opensslReason(line(reason)),
        reason.includes("_") ? reason.toLowerCase().replaceAll("_", " ") : reason,
      );
    });
  }

  it("knows what Deno gives: a code in Node's form, with a text of another library", () => {
    const ofDeno = (code: string | undefined, message: string): TlsProblem =>
      tlsProblem(Object.assign(new Error(message), code === undefined ? {} : { code }));
    const alert = "received fatal alert: X";
    assert.equal(ofDeno("ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL", alert), "no-h2");
    assert.equal(ofDeno("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", alert), "certificate-required");
    assert.equal(ofDeno("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", alert), "version");
    assert.equal(ofDeno("ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", alert), "handshake-failure-alert");
    assert.equal(
      ofDeno("ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE", "peer sent no certificates"),
      "certificate-required",
    );
    const corrupt = "received corrupt message (SSL routines:ssl3_get_record:wrong version number)";
    assert.equal(ofDeno("ERR_SSL_WRONG_VERSION_NUMBER", corrupt), "plaintext");
    assert.equal(opensslReason(new Error(corrupt)), "wrong version number");
    assert.equal(ofDeno(undefined, "TLS handshake timeout"), "timeout");
    assert.equal(ofDeno("ERR_SSL_SOMETHING_NEW", alert), "other");
  });

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
