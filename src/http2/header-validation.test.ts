import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { headerListBytes } from "../base/header-list.js";
import { BlockKind, checkHeaders, HeaderValidator } from "./header-validation.js";
import { request, response } from "./script.testing.js";

/** A request to this authority. */
function authorized(authority: string): string[] {
  return [":method", "POST", ":scheme", "http", ":path", "/", ":authority", authority];
}

function problem(headers: readonly string[], kind: BlockKind = BlockKind.REQUEST): string {
  return checkHeaders(headers, kind).problem ?? "";
}

describe("checkHeaders", () => {
  it("takes what is right", () => {
    assert.equal(problem(request), "");
    assert.equal(problem([...request, "te", "trailers", "x-_.!#$%&'*+^`|~9", "any \u00ff value\t!", "empty", ""]), "");
    assert.equal(problem([":method", "CONNECT", ":authority", "x"]), "");
    assert.equal(problem(response, BlockKind.RESPONSE), "");
    assert.equal(problem(["grpc-status", "0"], BlockKind.TRAILERS), "");
    assert.equal(problem([], BlockKind.TRAILERS), "");
  });

  const wrong: [readonly string[], RegExp, BlockKind?][] = [
    [[...request, ":path", "/again"], /:path twice/],
    [["a", "b", ...request], /:method behind a regular field/],
    [[...request, ":status", "200"], /unexpected ":status"/],
    [[...request, ":nonsense", "1"], /unexpected ":nonsense"/],
    [request.slice(2), /no :method/],
    [[...request.slice(0, 2), ...request.slice(4)], /no :scheme/],
    [[...request.slice(0, 4), ...request.slice(6)], /no :path/],
    [[":method", "GET", ":scheme", "http", ":path", ""], /no :path/],
    [[":method", "CONNECT", ":authority", "x", ":path", "/"], /CONNECT/],
    [[...request, "Name", "x"], /field name "Name"/],
    [[...request, "na me", "x"], /field name "na me"/],
    [[...request, "na:me", "x"], /field name/],
    [[...request, "na\u00efve", "x"], /field name/],
    [[...request, "x".repeat(1_000).toUpperCase(), "x"], /^field name "X{64}\.\.\."$/],
    [[...request, "", "x"], /empty field name/],
    [[...request, "a", "x\0y"], /control character in the value of a/],
    [[...request, "a", "x\ry"], /control character/],
    [[...request, "a", "x\ny"], /control character/],
    [[":method", "POST ", ...request.slice(2)], /blank around the value of :method/],
    [[...request.slice(0, 4), ":path", "/a\t"], /blank around the value of :path/],
    [[":method", "POST", ":scheme", "", ":path", "/"], /an empty :scheme/],
    [[...request, "host", "a", "host", "a"], /host twice/],
    [[...authorized("a:1"), "host", "b:1"], /host "b:1" beside :authority "a:1"/],
    [authorized("a b"), /a blank in :authority "a b"/],
    [[...request, "content-type", "a", "content-type", "a"], /content-type twice/],
    [[...request.slice(0, 4), ":path", "/a\n"], /control character in the value of :path/],
    [[...request, "connection", "close"], /connection-specific field connection/],
    [[...request, "keep-alive", "1"], /connection-specific/],
    [[...request, "proxy-connection", "x"], /connection-specific/],
    [[...request, "transfer-encoding", "chunked"], /connection-specific/],
    [[...request, "upgrade", "h2c"], /connection-specific/],
    [[...request, "te", "trailers, gzip"], /te: "trailers, gzip"/],
    [[...request, "content-length", "1", "content-length", "2"], /content-length: 2/],
    [[...request, "content-length", "+1"], /content-length/],
    [["content-type", "x"], /no :status/, BlockKind.RESPONSE],
    [[":status", "20"], /3 digits/, BlockKind.RESPONSE],
    [[":status", "2000"], /3 digits/, BlockKind.RESPONSE],
    [[":status", "099"], /3 digits/, BlockKind.RESPONSE],
    [[":status", "200"], /unexpected/, BlockKind.TRAILERS],
  ];
  for (const [headers, message, kind] of wrong) {
    it(`refuses ${String(message)}`, () => assert.match(problem(headers, kind), message));
  }

  it("drops blanks around values, and refuses them where that is asked", () => {
    const list = [...request, "a", " \tx y\t ", "b", "  ", "c", ""];
    const { headers, problem: none } = checkHeaders(list, BlockKind.REQUEST);
    assert.equal(none, undefined);
    assert.deepEqual(headers.slice(request.length), ["a", "x y", "b", "", "c", ""]);
    assert.equal(list[request.length + 1], " \tx y\t ");
    assert.match(checkHeaders(list, BlockKind.REQUEST, true).problem ?? "", /blank around the value of a/);
    assert.equal(checkHeaders([...request, "content-length", " 5 "], BlockKind.REQUEST).contentLength, 5);
    assert.equal(checkHeaders(["grpc-message", "x "], BlockKind.TRAILERS).headers[1], "x");
  });

  it("takes a host that says what :authority says", () => {
    assert.equal(problem([...authorized("a:1"), "host", "A:1", "content-type", "x"]), "");
    assert.equal(problem([":method", "POST", ":scheme", "http", ":path", "/", "host", "a"]), "");
  });

  it("reads content-length and status", () => {
    assert.equal(
      checkHeaders([...request, "content-length", "17", "content-length", "17"], BlockKind.REQUEST).contentLength,
      17,
    );
    assert.equal(checkHeaders(request, BlockKind.REQUEST).contentLength, -1);
    assert.equal(checkHeaders([":status", "404"], BlockKind.RESPONSE).status, 404);
  });
});

describe("HeaderValidator", () => {
  it("checks a frozen list once for each kind, and others each time", () => {
    const validator = new HeaderValidator(false);
    const frozen = Object.freeze([...response]);
    assert.equal(validator.check(frozen, BlockKind.RESPONSE), validator.check(frozen, BlockKind.RESPONSE));
    assert.match(validator.check(frozen, BlockKind.TRAILERS).problem ?? "", /unexpected/);
    assert.notEqual(validator.check(response, BlockKind.RESPONSE), validator.check(response, BlockKind.RESPONSE));
    for (let i = 0; i < 100; i++) validator.check(Object.freeze([":status", "200"]), BlockKind.RESPONSE);
    assert.equal(validator["remembered"]?.length, 8);
  });
});

describe("headerListBytes", () => {
  it("counts 32 beyond each field", () => {
    assert.equal(headerListBytes([]), 0);
    assert.equal(headerListBytes(["ab", "c", "", ""]), 35 + 32);
  });
});
