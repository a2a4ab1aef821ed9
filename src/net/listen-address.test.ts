import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { ListenAddress, targetText } from "./listen-address.js";

const v4 = new ListenAddress({ host: "127.0.0.1", port: 50_051 });
const v6 = new ListenAddress({ host: "::1", port: 50_051 });
const unix = new ListenAddress({ path: "/run/x.sock" });

test("an address is host and port, and the target as text", () => {
  const { host, port, path } = v4;
  assert.deepEqual({ host, port, path }, { host: "127.0.0.1", port: 50_051, path: undefined });
  assert.equal(`${v4}`, "127.0.0.1:50051");
  assert.equal(`${v6}`, "[::1]:50051");
  assert.equal(v6.host, "::1");
});

test("a Unix socket has a path, and neither host nor port", () => {
  assert.deepEqual([unix.host, unix.port, unix.path], ["", 0, "/run/x.sock"]);
  assert.equal(String(unix), "unix:/run/x.sock");
});

test("it is shown as one reads it, and JSON has the target", () => {
  assert.equal(inspect(v4), "127.0.0.1:50051");
  assert.equal(inspect({ at: unix }), "{ at: unix:/run/x.sock }");
  assert.equal(JSON.stringify({ at: v6 }), '{"at":"[::1]:50051"}');
});

test("nobody changes it", () => {
  assert.throws(() => Object.assign(v4, { port: 1 }), TypeError);
});

test("the text of a target: of texts, of addresses, of those of another copy of this package, of nothing else", () => {
  assert.equal(targetText("dns:a:1"), "dns:a:1");
  assert.equal(targetText(v6), "[::1]:50051");
  assert.equal(targetText({ host: "::1", port: 1, path: undefined }), "[::1]:1");
  assert.equal(targetText({ host: "", port: 0, path: "/a" }), "unix:/a");
  const others = [undefined, null, 50_051, {}, { host: "a" }, { host: "a", port: "1" }, { host: "", port: 0, path: 1 }];
  for (const other of others) assert.equal(targetText(other), undefined);
});
