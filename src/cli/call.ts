import { type Command, Option } from "commander";
import type { CallFlags } from "./call-run.js";
import type { Completion } from "./command.js";
import type { CliIo } from "./io.js";
import { messageFormats } from "./message-format.js";
import { readTime } from "./option-values.js";
import { addMessageSizeOption, addSchemaOptions, addTargetOptions } from "./target-flags.js";

const help = `
HOST is host:port, dns:host:port, ipv4:..., ipv6:..., or unix:/path. What the method takes is asked of the server by
reflection, or read from --proto or --descriptor-set.

Requests are JSON: as arguments, from a file as @FILE, from standard input as -, several one behind the other. A method that
takes a stream, and is given none, reads standard input; each request is sent as soon as it is complete. A method that takes
one message, and is given none, gets an empty one. peregrine describe --template writes requests to fill in. With --format text
they are in the Protobuf text format, with the character U+001E between two of them, and replies too.

Replies are printed as they come. The exit code is 0, or the code of the call's status (1 to 16), with the status and its
details on standard error. 64: the command line or a request was wrong; 70: something else failed; 130: Ctrl-C; 143: SIGTERM.

Examples:
  peregrine call localhost:50051 helloworld.Greeter/SayHello '{"name": "Alice"}'
  peregrine call localhost:50051 shop.Orders/Watch @request.json --json --timeout 30s
  tail -f lines.json | peregrine call localhost:50051 chat.Chat/Talk
  peregrine call shop.example.com:443 shop.Orders/List --tls --bearer-env TOKEN --verbose
  peregrine call localhost:50051 helloworld.Greeter/SayHello 'name: "Alice"' --format text
  peregrine call unix:/run/shop.sock shop.Orders/List --proto protos/orders.proto`;

/** What the arguments name. */
export const completes: readonly Completion[] = [undefined, "method"];

/** `peregrine call`. */
export function define(command: Command, run: (work: (io: CliIo) => Promise<number>) => Promise<void>): void {
  command
    .argument("<host>", "the server")
    .argument("<method>", "pkg.Service/Method; of the service's name the end will do")
    .argument("[requests...]", "JSON, or what --format says, or @FILE, or - for standard input")
    .option("--data-file <file>", "requests from this file; - is standard input")
    .addOption(
      new Option("--format <name>", "how requests and replies are written")
        .choices(messageFormats)
        .default(messageFormats[0]),
    )
    .option("--json", "print each reply on one line, and the status as one JSON object", false)
    .option("--emit-defaults", "print fields too that have their default value", false)
    .option("--raw-names", "print names of fields as the .proto file has them", false)
    .option("-v, --verbose", "print headers, trailers, times and sizes on standard error", false)
    .option("--timeout <time>", "deadline of the call; default: none", readTime)
    .option("--wait-for-ready", "try to connect until --connect-timeout is over", false)
    .option("--compress <encoding>", "compress requests: gzip, deflate, or zstd where Node has it");
  addMessageSizeOption(command);
  addSchemaOptions(command);
  addTargetOptions(command);
  command
    .addHelpText("after", help)
    .action((host: string, method: string, data: string[], flags: Omit<CallFlags, "host" | "method" | "data">) =>
      run(async (io) => {
        const { runCall } = await import("./call-run.js");
        return runCall({ ...flags, host, method, data }, io);
      }),
    );
}
