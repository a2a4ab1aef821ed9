import { fileURLToPath } from "node:url";
import type { Command } from "../process.js";

/** The load as a program of its own, on the Node that the harness runs on. */
export const loadProgram: Command = {
  program: process.execPath,
  args: [fileURLToPath(new URL("main.js", import.meta.url))],
};
