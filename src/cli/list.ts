import type { Command } from "commander";
import type { Completion } from "./command.js";
import type { CliIo } from "./io.js";
import type { ListFlags } from "./list-run.js";
import { addSchemaOptions, addTargetOptions } from "./target-flags.js";

const help = `
Without SERVICE the services, with it its methods, as peregrine call takes them. Of SERVICE the end will do. With --proto or
--descriptor-set no HOST is asked, and none need be named. Exit codes are those of peregrine call.

Examples:
  peregrine list localhost:50051
  peregrine list localhost:50051 helloworld.Greeter
  peregrine list localhost:50051 --methods --long
  peregrine list --proto protos --json`;

/** What the arguments name. */
export const completes: readonly Completion[] = [undefined, "service"];

/** `peregrine list`. */
export function define(command: Command, run: (work: (io: CliIo) => Promise<number>) => Promise<void>): void {
  command
    .usage("[options] <host> [service]")
    .argument("[host]", "the server")
    .argument("[service]", "list the methods of this service")
    .option("--methods", "list the methods of all services", false)
    .option("-l, --long", "print with each method what it takes and gives", false)
    .option("--json", "print the result as one JSON object", false);
  addSchemaOptions(command);
  addTargetOptions(command);
  command
    .addHelpText("after", help)
    .action((host: string | undefined, service: string | undefined, flags: Omit<ListFlags, "args">) =>
      run(async (io) => {
        const { runList } = await import("./list-run.js");
        return runList({ ...flags, args: [host, service].filter((one) => one !== undefined) }, io);
      }),
    );
}
