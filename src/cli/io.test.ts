import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";

test("a reader that stops early ends the command without a word, and not with success", async () => {
  const io = new URL("./io.js", import.meta.url).href;
  const code = `
    const { processIo } = await import(${JSON.stringify(io)});
    processIo();
    process.stdin.once("data", () => process.stdout.write("x".repeat(1_000_000)));
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    stdio: ["pipe", "pipe", "pipe"],
    timeout: 30_000,
    killSignal: "SIGKILL",
  });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  child.stdout.destroy();
  child.stdin.on("error", () => undefined);
  child.stdin.write("go");
  await once(child, "close");
  assert.deepEqual([child.exitCode, stderr], [141, ""]);
});
