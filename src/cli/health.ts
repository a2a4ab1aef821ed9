import type { Command } from "commander";
import type { Completion } from "./command.js";
import type { HealthFlags } from "./health-run.js";
import type { CliIo } from "./io.js";
import { readTime } from "./option-values.js";
import { addTargetOptions } from "./target-flags.js";

const help = `
Exit codes are those of grpc_health_probe: 0 SERVING, 1 the command line was wrong, 2 no connection, 3 the call failed, 4 not
SERVING. With --watch each change is printed until the server ends, and the last status counts; 130 after Ctrl-C.

Examples:
  peregrine health localhost:50051
  peregrine health localhost:50051 shop.Orders --timeout 500ms
  peregrine health shop.example.com:443 --tls --watch`;

/** What the arguments name. */
export const completes: readonly Completion[] = [undefined, "service"];

/** `peregrine health`. */
export function define(command: Command, run: (work: (io: CliIo) => Promise<number>) => Promise<void>): void {
  command
    .argument("<host>", "the server")
    .argument("[service]", "the service to ask about; default: the server as a whole", "")
    .option("--watch", "go on, and print each change", false)
    .option("--timeout <time>", "how long the answer may take", readTime, 1_000)
    .option("--json", "print each answer as one JSON object", false);
  command.options.find(({ long }) => long === "--timeout")?.default(1_000, "1s");
  addTargetOptions(command, "1s");
  command
    .addHelpText("after", help)
    .action((host: string, service: string, flags: Omit<HealthFlags, "host" | "service">) =>
      run(async (io) => {
        const { runHealth } = await import("./health-run.js");
        return runHealth({ ...flags, host, service }, io);
      }),
    );
}
