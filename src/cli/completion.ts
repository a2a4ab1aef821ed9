import { Argument, type Command } from "commander";
import { ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";

const help = `
Commands, options, files, and services and methods are completed: these are asked of the server that is named, which has 500 ms to
answer, or read from --proto or --descriptor-set. peregrine has to be on the PATH, or be called by its path.

  bash   source <(peregrine completion bash)                     in ~/.bashrc
  zsh    source <(peregrine completion zsh)                      in ~/.zshrc, after compinit
  fish   peregrine completion fish > ~/.config/fish/completions/peregrine.fish`;

/** `peregrine completion`. */
export function define(command: Command, run: (work: (io: CliIo) => Promise<ExitCode>) => Promise<void>): void {
  command
    .addArgument(new Argument("<shell>", "the shell").choices(["bash", "zsh", "fish"]))
    .addHelpText("after", help)
    .action((shell: string) =>
      run(async (io) => {
        const { completionScripts } = await import("./completion-scripts.js");
        io.stdout(completionScripts[shell as keyof typeof completionScripts]);
        return ExitCode.ok;
      }),
    );
}
