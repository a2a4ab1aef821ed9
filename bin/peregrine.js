#!/usr/bin/env node
import * as modules from "node:module";

// A command is over before code that is compiled for speed has paid for itself. From Node 22.8 on, what V8 made of the
// modules is kept for the next start; on Node 20, V8 is told to wait for code that is really hot. Those between have
// neither: their V8 prints an error for the flag.
if (modules.enableCompileCache !== undefined) modules.enableCompileCache();
else if (process.versions.v8?.startsWith("11."))
  (await import("node:v8")).setFlagsFromString("--interrupt-budget=300000");
const { main } = await import("../dist/lib/command/cli.js");
process.exitCode = await main(process.argv.slice(2));
