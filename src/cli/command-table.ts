import type { CommandEntry } from "./command.js";
import { callExitCodes, healthExitCodes } from "./exit-code.js";

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
    failureForm: "status",
    load: () => import("./call.js"),
  },
  {
    name: "list",
    summary: "list the services of a server, or their methods",
    exitCodes: callExitCodes,
    failureForm: "status",
    load: () => import("./list.js"),
  },
  {
    name: "describe",
    summary: "print what a server's services and messages are",
    exitCodes: callExitCodes,
    failureForm: "status",
    load: () => import("./describe.js"),
  },
  {
    name: "health",
    summary: "ask a server how it is",
    exitCodes: healthExitCodes,
    failureForm: "status",
    load: () => import("./health.js"),
  },
  {
    name: "bench",
    summary: "measure how fast a server answers",
    load: () => import("./bench.js"),
  },
  {
    name: "mock",
    summary: "serve .proto files with made-up data",
    load: () => import("./mock.js"),
  },
  {
    name: "new",
    summary: "make a project with a service, a client and tests",
    load: () => import("./new.js"),
  },
  {
    name: "completion",
    summary: "print what has a shell complete peregrine's commands",
    load: () => import("./completion.js"),
  },
  {
    name: "__complete",
    summary: "say what may come next on a command line",
    hidden: true,
    load: async () => (await import("./complete.js")).completeCommand(commands),
  },
];
