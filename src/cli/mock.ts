import type { Command } from "commander";
import type { ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";
import type { MockFlags } from "./mock-run.js";
import { collect, wholeNumber } from "./option-values.js";

const help = `
Responses are made up by the names and types of their fields; the same request gets the same response. --replies has answers of
your own, the first that fits counts:

  - method: shop.Shop/Price
    request: { article: tea }      # what the request must have; default: any
    response: { cents: 250 }       # or responses: [...], or:
  - method: shop.Shop/Price
    status: { code: NOT_FOUND, message: no such article }
    delayMs: 100

Examples:
  peregrine mock protos --listen 127.0.0.1:50051
  peregrine mock shop.proto --replies replies.yaml --watch`;

/** `peregrine mock`. */
export function define(command: Command, run: (work: (io: CliIo) => Promise<ExitCode>) => Promise<void>): void {
  command
    .argument("[paths...]", ".proto files, or directories that are searched for them")
    .option("--listen <target>", "where to listen, as 127.0.0.1:50051, :0 or unix:/path", "127.0.0.1:50051")
    .option("--include <dir>", "directory that import names begin in; may be given several times", collect)
    .option("--descriptor-set <file>", "descriptors instead of PATHS, as peregrine build writes them; several", collect)
    .option("--replies <file>", "answers, in YAML or JSON")
    .option("--seed <text>", "other made-up data for another text", "1")
    .option("--messages <n>", "responses of a stream where no reply says", wholeNumber(0, 1_000_000), 3)
    .option("--cert <file>", "certificate (PEM), for TLS")
    .option("--key <file>", "private key of --cert (PEM)")
    .option("--ca <file>", "authorities of clients' certificates, which are then required (PEM)")
    .option("--watch", "read the files again when one changes", false)
    .option("--quiet", "do not print calls", false)
    .option("--json", "print where it listens, and each call, as a JSON object in a line", false)
    .addHelpText("after", help)
    .action((paths: string[], flags: Omit<MockFlags, "paths">) =>
      run(async (io) => {
        const { runMock } = await import("./mock-run.js");
        return runMock({ ...flags, paths }, io);
      }),
    );
}
