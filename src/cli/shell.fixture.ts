import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

/** What came of a line and a tab. */
export interface Completed {
  /** The line after it. */
  readonly line: string;
  /** What the completion of the shell was given to choose from. */
  readonly candidates: readonly string[];
}

export type ShellName = "bash" | "zsh" | "fish";

/** Its argument is what begins each shell, with no file of a user. */
const programs: Readonly<Record<ShellName, string>> = {
  bash: "bash --norc --noprofile -i",
  zsh: "zsh -f -i",
  fish: "fish --no-config -i",
};

/** Ctrl-X r, which the set-up binds to what prints the line, and takes it away. */
const reportKeys = "\u0018r";

/*
 * What is offered is printed where it is handed over to the shell: `COMPREPLY` for bash, `compadd` for zsh, which is called more than once for
 * the same candidates, with -O, -A and -D to look at them. fish tells nobody; `complete -C` prints what it would offer.
 */
const setUps: Readonly<Record<ShellName, string>> = {
  bash: `PS1=; bind 'set enable-bracketed-paste off'; bind 'set bell-style none'
eval "original$(declare -f _peregrine | tail -n +2 | sed '1s/^/ () /')"
_peregrine() { original; printf '\\n<%s>' "\${COMPREPLY[@]}"; return 0; }
report() { printf '\\n[%s]\\n' "$READLINE_LINE"; READLINE_LINE=; READLINE_POINT=0; }
bind -x '"\\C-xr": report'; bind '"\\t": complete'`,
  zsh: `PS1=; unset zle_bracketed_paste; unsetopt beep autolist automenu; setopt interactivecomments
compadd() {
  local -a hits
  if [[ \${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then
    builtin compadd -O hits "$@"
    (( $#hits )) && printf '\\n<%s>' "\${hits[@]}"
  fi
  builtin compadd "$@"
}
report() { printf '\\n[%s]\\n' "$BUFFER"; BUFFER=; }
zle -N report; bindkey '^Xr' report; bindkey '^I' complete-word`,
  fish: `function fish_prompt; end
function report; printf '\\n[%s]\\n' (commandline); commandline ''; end
bind \\cxr report`,
};

/** Why a shell cannot be driven here; false where it can. */
export function whyNoShell(name: string): string | false {
  if (spawnSync(name, ["--version"]).status !== 0) return `there is no ${name}`;
  return spawnSync("script", ["--version"]).status !== 0 && "there is no script (util-linux), which makes a terminal";
}

/** A shell on a terminal that is typed into. */
export class TypedShell {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #text: string = "";

  /**
   * @param load what a user has in his own set-up, to load the completion
   * @param path directories where commands are found first
   */
  constructor(name: ShellName, load: string, cwd: string, path: string) {
    const env = { PATH: `${path}:${process.env["PATH"]}`, TERM: "dumb", HOME: cwd, COLUMNS: "500" };
    const bound = { timeout: 30_000, killSignal: "SIGKILL" } as const;
    const args = ["-qec", programs[name], "/dev/null"];
    this.#child = spawn("script", args, { cwd, env, stdio: ["pipe", "pipe", "pipe"], ...bound });
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#text += text;
    });
    this.#child.stdin.write(`${load}\n${setUps[name]}\necho r''eady\n`);
  }

  /** Resolves when it takes lines. */
  async ready(): Promise<void> {
    await this.#until(/ready\r?\n/);
  }

  /** Types a line, then the tab. */
  async complete(line: string): Promise<Completed> {
    this.#text = "";
    this.#child.stdin.write(`${line}\t${reportKeys}`);
    const [, after = ""] = await this.#until(/\n\[(.*)\]\r?\n/);
    const candidates = [...this.#text.matchAll(/\n<(.*)>/g)].map(([, one]) => (one ?? "").replace(/\r$/, ""));
    return { line: after, candidates: candidates.filter(Boolean) };
  }

  /** Types a line, the tab, and enter; resolves when the shell has run what stood there then. */
  async run(line: string): Promise<void> {
    this.#text = "";
    this.#child.stdin.write(`${line}\t`);
    // The keys behind a tab may be taken for the choice of a candidate, so they come when the line stands.
    this.#child.stdin.write("\necho e''nded\n");
    await this.#until(/\nended\r?\n/);
  }

  async end(): Promise<void> {
    const closed = once(this.#child, "close");
    this.#child.stdin.end("exit\n");
    await closed;
  }

  #until(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const { stdout } = this.#child;
      const look = (): void => {
        const found = pattern.exec(this.#text);
        if (found === null && !stdout.readableEnded) return;
        stdout.off("data", look).off("end", look);
        if (found !== null) resolve(found);
        else reject(new Error(`the shell has ended: ${JSON.stringify(this.#text)}`));
      };
      stdout.on("data", look).on("end", look);
      look();
    });
  }
}
