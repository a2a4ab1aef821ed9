import assert from "node:assert/strict";
import { test } from "node:test";
import { TlsSessions } from "./tls-sessions.js";

test("the session that was used longest ago makes room", () => {
  const sessions = new TlsSessions();
  const session = { ticket: Buffer.from("s"), certificate: undefined, shown: undefined };
  for (let i = 0; i < 100; i++) sessions.set(`${i}`, session);
  assert.equal(sessions.get("0"), session);
  sessions.set("100", session);
  assert.equal(sessions.size, 100);
  assert.equal(sessions.get("0"), session);
  assert.equal(sessions.get("1"), undefined);
  sessions.delete("0");
  assert.equal(sessions.get("0"), undefined);
});
