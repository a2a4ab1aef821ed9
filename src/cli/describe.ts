import { type Command, Option } from "commander";
import type { Completion } from "./command.js";
import type { DescribeFlags } from "./describe-run.js";
import type { CliIo } from "./io.js";
import { messageFormats } from "./message-format.js";
import { addSchemaOptions, addTargetOptions } from "./target-flags.js";

const help = `
SYMBOL is a service, method, message, field, enum, enum value or extension by its full name, or by the end of it where that is
clear; or a file, such as shop/orders.proto. Without it all services are printed. Comments are there where the schema has
them: from --proto always, from a server where it sends them. Exit codes are those of peregrine call.

Examples:
  peregrine describe localhost:50051 helloworld.Greeter
  peregrine describe localhost:50051 helloworld.HelloRequest
  peregrine describe localhost:50051 helloworld.Greeter/SayHello --template > request.json
  peregrine describe --proto protos shop/orders.proto`;

/** What the arguments name. */
export const completes: readonly Completion[] = [undefined, "symbol"];

/** `peregrine describe`. */
export function define(command: Command, run: (work: (io: CliIo) => Promise<number>) => Promise<void>): void {
  command
    .usage("[options] <host> [symbol]")
    .argument("[host]", "the server")
    .argument("[symbol]", "what to describe; default: all services")
    .option("--template", "print a request to be filled in", false)
    .addOption(
      new Option("--format <name>", "what --template writes").choices(messageFormats).default(messageFormats[0]),
    )
    .option("--json", "print the result as one JSON object", false);
  addSchemaOptions(command);
  addTargetOptions(command);
  command
    .addHelpText("after", help)
    .action((host: string | undefined, symbol: string | undefined, flags: Omit<DescribeFlags, "args">) =>
      run(async (io) => {
        const { runDescribe } = await import("./describe-run.js");
        return runDescribe({ ...flags, args: [host, symbol].filter((one) => one !== undefined) }, io);
      }),
    );
}
