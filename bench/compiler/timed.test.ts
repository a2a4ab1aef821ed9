import assert from "node:assert/strict";
import { it } from "node:test";
import { hasProc } from "../proc.js";
import { timed } from "./timed.js";

it("measures a program's time and memory", async () => {
  const program = "const a = Buffer.alloc(100e6, 1); const end = Date.now() + 300; while (Date.now() < end) a[0]++;";
  const { wallMs, cpuMs, peakBytes } = await timed(process.execPath, ["-e", program]);
  assert.ok(wallMs >= 300, `${wallMs} ms`);
  if (!hasProc) return;
  assert.ok(cpuMs > 20 && cpuMs < 10_000, `${cpuMs} ms`);
  assert.ok(peakBytes > 100e6 && peakBytes < 400e6, `${peakBytes} bytes`);
});

it("tells a program that fails", async () => {
  await assert.rejects(timed(process.execPath, ["-e", "console.error('why'); process.exit(3)"]), /ended with 3: why/);
});
