import assert from "node:assert/strict";
import { test } from "node:test";
import { cpuTimeUs, hasProc, openFilesMax, residentBytes } from "./proc.js";

test("memory and processor time of this process are those that Node tells", { skip: !hasProc }, () => {
  const before = cpuTimeUs(process.pid);
  const usageBefore = process.cpuUsage();
  const endAt = performance.now() + 50;
  while (performance.now() < endAt) Math.sqrt(endAt);
  const used = cpuTimeUs(process.pid) - before;
  const { user, system } = process.cpuUsage(usageBefore);
  assert.ok(Math.abs(used - user - system) < 30_000, `${used} us, ${user + system} us by Node`);
  const resident = process.memoryUsage.rss();
  assert.ok(Math.abs(residentBytes(process.pid) - resident) < resident / 4);
});

test("files may be opened", () => {
  assert.ok(openFilesMax() >= 256);
});
