import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeSocketError, systemErrorParts } from "./socket-errors.js";

function failed(code: string, message: string = "text"): Error {
  return Object.assign(new Error(message), { code });
}

describe("describeSocketError", () => {
  const cases: [Error, string][] = [
    [failed("ECONNRESET"), "the connection was reset by the peer (ECONNRESET)"],
    [failed("EPIPE"), "the peer closed the connection while we were writing (EPIPE)"],
    [failed("ETIMEDOUT"), "the peer no longer answers (ETIMEDOUT)"],
    [failed("EWHATEVER", "read EWHATEVER"), "the connection failed: read EWHATEVER"],
    [
      failed(
        "ERR_SSL_X",
        "0A:error:0A00045C:SSL routines:f:tlsv13 alert certificate required:rec.c:1:SSL alert number 116",
      ),
      "TLS failed: the peer requires a client certificate and got none (tlsv13 alert certificate required)",
    ],
    [failed("EPROTO", "write EPROTO 80:error:0A:SSL routines:f:bad record mac:rec.c:1"), "TLS failed: bad record mac"],
  ];
  for (const [error, text] of cases) {
    it(`says: ${text}`, () => assert.equal(describeSocketError(error), text));
  }

  it("takes anything that can be thrown", () => {
    assert.equal(describeSocketError("odd"), "the connection failed: odd");
  });

  it("reads the last of several attempts", () => {
    const both = new AggregateError([failed("EHOSTUNREACH"), failed("ECONNREFUSED", "last")]);
    assert.deepEqual(systemErrorParts(both), { code: "ECONNREFUSED", message: "last" });
  });
});
