import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { after, describe, it } from "node:test";
import { type DocumentCode, runDocument } from "./docs-run.js";
import { root } from "./files.js";

const server = `import { createServer } from "node:net";
createServer((socket) => socket.on("error", () => undefined).end("hello\\n")).listen({ host: "127.0.0.1:50051".split(":")[0], port: +"127.0.0.1:50051".split(":")[1] });
`;
const client = `import { connect } from "node:net";
const [host, port] = "127.0.0.1:50051".split(":");
connect(+port, host).pipe(process.stdout);
`;

describe("code of documents that runs", () => {
  mkdirSync(join(root, ".cache"), { recursive: true });
  const dir = mkdtempSync(join(root, ".cache/docs-run-"));
  after(() => rmSync(dir, { recursive: true }));

  function code(servers: readonly string[], programs: readonly string[], output?: string): DocumentCode {
    const folder = relative(root, dir);
    const put = (text: string, i: number): string => {
      const name = `${servers.length}-${programs.length}-${i}-${text.length}.js`;
      writeFileSync(join(dir, name), text);
      return `${folder}/${name}`;
    };
    return { document: "a.md", folder, servers: servers.map(put), programs: programs.map(put), output };
  }

  it("is run with each server of the document, on ports of their own", async () => {
    assert.equal(await runDocument(code([server, server], [client], "hello\n")), 0);
  });

  it("fails by its exit code, by what it prints, and by a server that ends", async () => {
    const told: string[] = [];
    const run = (one: DocumentCode): Promise<number> => runDocument(one, (text) => told.push(text));
    assert.equal(await run(code([], ["process.exitCode = 3"])), 3);
    assert.equal(await run(code([], ["console.log('b')"], "a\n")), 1);
    assert.equal(await run(code(["throw new Error('127.0.0.1:50051')"], [client])), 1);
    for (const [i, text] of [/ended with exit code 3/, /b\n, and should print:\na\n/, /does not accept/].entries()) {
      assert.match(told[i] ?? "", text);
    }
  });
});
