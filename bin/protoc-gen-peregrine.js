#!/usr/bin/env node
import { pluginMain } from "../dist/lib/command/plugin.js";

try {
  await pluginMain(process.stdin, (output) => process.stdout.write(output));
} catch (error) {
  process.stderr.write(`protoc-gen-peregrine: not a request of protoc or buf: ${error.message}\n`);
  process.exitCode = 1;
}
