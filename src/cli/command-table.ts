import type { CommandEntry } from "./command.js";
import { callExitCodes } from "./exit-code.js";

/** All commands, in the order of the help text. */
export const commands: readonly CommandEntry[] = [
  {
    name: "generate",
    summary: "write TypeScript for .proto files",
    load: () => import("./generate.js"),
  },
  {
    name: "build",
    summary: "write the descriptors of .proto files",
    load: () => import("./build.js"),
  },
  {
    name: "format",
    summary: "bring .proto files into one form",
    load: () => import("./format.js"),
  },
  {
    name: "lint",
    summary: "check .proto files for names and habits",
    load: () => import("./lint.js"),
  },
  {
    name: "breaking",
    summary: "find changes of .proto files that break those who use them",
    load: () => import("./breaking.js"),
  },
  {
    name: "call",
    summary: "call a method of a server",
    exitCodes: callExitCodes,
    load: () => import("./call.js"),
  },
];
