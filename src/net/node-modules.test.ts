import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, it } from "node:test";
import { promisify } from "node:util";

describe("modules that are loaded late", () => {
  /** Which of them a process has after `code` ran. */
  async function loadedBy(code: string): Promise<string[]> {
    const list = `console.log(process.moduleLoadList.filter((name) => /^NativeModule (tls|crypto|zlib|dns)$/.test(name)).sort().join(" "))`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", `${code}; ${list}`]);
    return stdout.trim().split(/(?<=\w) (?=Native)/);
  }

  it("are not there after an import, a plaintext channel and a server", async () => {
    const index = new URL("../index.js", import.meta.url);
    const plain = `import { Channel, Server } from "${index}"; new Channel("localhost:1"); new Server()`;
    assert.deepEqual(await loadedBy(plain), [""]);
    assert.deepEqual(await loadedBy(`${plain}; new Channel("localhost:1", { tls: {} })`), [
      "NativeModule crypto",
      "NativeModule tls",
    ]);
  });
});
