import { fileURLToPath } from "node:url";
import { Server } from "peregrine";
import { channelz, health, reflection } from "peregrine/services";
import { Echo } from "../gen/echo_pb.js";
import { Missing } from "./install.js";
import { tools } from "./tools.js";

const cacheFolder = fileURLToPath(new URL("../../../.cache/", import.meta.url));

/** Runs the usual tools against our health, reflection and channelz, and our clients against other servers. */
async function main(): Promise<number> {
  const server = new Server().add(health().set("sick", "NOT_SERVING"), reflection(), channelz());
  server.add(Echo, { unary: ({ text }) => ({ text }) }, { allowMissing: true });
  const { port } = await server.listen("127.0.0.1:0");
  const leftOut: string[] = [];
  let passed = 0;
  let failed = 0;
  for (const [tool, prepare] of Object.entries(tools)) {
    try {
      for (const { name, run } of await prepare(cacheFolder)) {
        const problem = await run({ port }).then(
          () => undefined,
          (error: unknown) => (error instanceof Error ? error.message : String(error)),
        );
        console.log(`${problem === undefined ? "ok    " : "FAILED"}  ${tool}: ${name}`);
        if (problem === undefined) passed++;
        else {
          failed++;
          console.error(problem.replace(/^/gm, "    "));
        }
      }
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      leftOut.push(tool);
      console.log(`left out  ${tool}: ${error.message}`);
    }
  }
  await server.close({ graceMs: 0 });
  console.log(`${passed} passed, ${failed} failed`);
  const mustHaveAll = process.env["TOOLS"] === "all";
  return failed > 0 || (mustHaveAll && leftOut.length > 0) ? 1 : 0;
}

process.exitCode = await main();
