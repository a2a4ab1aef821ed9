import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError } from "./rpc-error.js";
import { Status } from "./status.js";
import { asRpcError, thrownText } from "./thrown.js";

test("anything can be thrown, and nothing of it throws again", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const hostile = Object.defineProperty(new Error("x"), "message", {
    get: () => {
      throw new Error("y");
    },
  });
  const texts: [unknown, string][] = [
    [new Error("plain"), "plain"],
    ["text", "text"],
    [undefined, "undefined"],
    [5n, "5"],
    [Symbol("s"), "Symbol(s)"],
    [proxy, "a value that cannot be shown"],
    [hostile, "a value that cannot be shown"],
    [Object.create(null), "a value that cannot be shown"],
  ];
  for (const [thrown, text] of texts) {
    assert.equal(thrownText(thrown), text);
    assert.equal(asRpcError(thrown), undefined);
  }
  const error = new RpcError(Status.ABORTED, "x");
  assert.equal(asRpcError(error), error);
});
