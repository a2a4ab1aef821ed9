#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { main } from "../dist/lib/command/cli.js";

// A command is over before code that is compiled for speed has paid for itself: V8 is to wait for code that is really hot.
setFlagsFromString("--interrupt-budget=300000");
process.exitCode = await main(process.argv.slice(2));
