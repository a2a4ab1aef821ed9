#!/usr/bin/env node
import { pluginMain } from "../dist/lib/command/plugin.js";

// There is nobody else to tell.
process.stdout.on("error", (error) => {
  process.stderr.write(`protoc-gen-peregrine: standard output cannot be written: ${error.message}\n`);
  process.exit(1);
});

try {
  await pluginMain(process.stdin, (output) => process.stdout.write(output));
} catch (error) {
  process.stderr.write(`protoc-gen-peregrine: not a request of protoc or buf: ${error.message}\n`);
  process.exitCode = 1;
}
