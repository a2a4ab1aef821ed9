import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";

/** What a stage of a Dockerfile has come to. */
export interface Stage {
  readonly name: string | undefined;
  /** The directory that stands for `/` of the image. */
  readonly dir: string;
  /** As a path in the image. */
  workdir: string;
  readonly env: Record<string, string>;
  user: string | undefined;
  port: number | undefined;
  command: readonly string[] | undefined;
  healthcheck: readonly string[] | undefined;
}

interface Instruction {
  readonly word: string;
  readonly text: string;
  readonly line: number;
}

/** Runs one command of a RUN in a directory. */
export type RunCommand = (command: string, dir: string, env: Readonly<Record<string, string>>) => Promise<void>;

/**
 * Goes through the Dockerfile of a directory without Docker: a stage is a directory that has what was copied into it and nothing else,
 * and RUN runs there. What of the base images is needed is that of this machine. An instruction that is not known is an error.
 *
 * @param tmp where the directories of the stages are made
 * @returns the last stage
 */
export async function walkDockerfile(context: string, tmp: string, run: RunCommand): Promise<Stage> {
  const walk = new Walk(context, tmp, run);
  for (const one of parse(readFileSync(join(context, "Dockerfile"), "utf8"))) {
    try {
      await walk.step(one);
    } catch (error) {
      throw new Error(`Dockerfile:${one.line}: ${one.word} ${one.text}: ${(error as Error).message}`, { cause: error });
    }
  }
  return walk.stage;
}

function parse(text: string): Instruction[] {
  return text.split("\n").flatMap((line, i) => {
    const match = /^([A-Z]+)\s+(.*\S)\s*$/.exec(line);
    if (match !== null) return [{ word: match[1] as string, text: match[2] as string, line: i + 1 }];
    if (line.trim() === "" || line.startsWith("#")) return [];
    throw new Error(`Dockerfile:${i + 1}: this is no instruction: ${line}`);
  });
}

class Walk {
  readonly #context: string;
  readonly #tmp: string;
  readonly #run: RunCommand;
  readonly #stages: Stage[] = [];

  constructor(context: string, tmp: string, run: RunCommand) {
    this.#context = context;
    this.#tmp = tmp;
    this.#run = run;
  }

  get stage(): Stage {
    const last = this.#stages.at(-1);
    if (last === undefined) throw new Error("there is no FROM before this");
    return last;
  }

  async step({ word, text }: Instruction): Promise<void> {
    if (word === "FROM") this.#from(text);
    else if (word === "WORKDIR") this.#workdir(text);
    else if (word === "ENV") for (const one of text.split(/\s+/)) this.#env(one);
    else if (word === "COPY") this.#copy(text);
    else if (word === "RUN") await this.#runAll(text);
    else if (word === "USER") this.stage.user = text;
    else if (word === "EXPOSE") this.stage.port = Number(text);
    else if (word === "CMD") this.stage.command = words(text);
    else if (word === "HEALTHCHECK") this.stage.healthcheck = words(text.replace(/^(--\S+\s+)*CMD\s+/, ""));
    else throw new Error("this instruction is not known here");
  }

  #from(text: string): void {
    const name = /\sAS\s+(\S+)$/i.exec(text)?.[1];
    const dir = mkdtempSync(join(this.#tmp, "stage-"));
    const nothing = { user: undefined, port: undefined, command: undefined, healthcheck: undefined };
    this.#stages.push({ name, dir, workdir: "/", env: {}, ...nothing });
  }

  #workdir(path: string): void {
    this.stage.workdir = path;
    mkdirSync(join(this.stage.dir, path), { recursive: true });
  }

  #env(text: string): void {
    const equals = text.indexOf("=");
    if (equals < 1) throw new Error(`${text} is not NAME=value`);
    this.stage.env[text.slice(0, equals)] = text.slice(equals + 1);
  }

  #copy(text: string): void {
    const parts = text.split(/\s+/);
    const from = parts[0]?.startsWith("--from=") ? (parts.shift() as string).slice("--from=".length) : undefined;
    const target = parts.pop() as string;
    const sources = parts.flatMap((part) => (from === undefined ? this.#inContext(part) : this.#inStage(from, part)));
    const { dir, workdir } = this.stage;
    const to = join(dir, target.startsWith("/") ? "" : workdir, target);
    for (const source of sources) {
      const isInto = statSync(source).isFile() && (target.endsWith("/") || target === "." || sources.length > 1);
      cpSync(source, isInto ? join(to, basename(source)) : to, { recursive: true, verbatimSymlinks: true });
    }
  }

  /** Files of the build context, without those that `.dockerignore` leaves out. */
  #inContext(pattern: string): string[] {
    const path = join(this.#context, ".dockerignore");
    const ignored = existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
    const names = readdirSync(this.#context).filter((name) => !ignored.includes(name));
    const expression = new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
    const found = names.filter((name) => pattern === "." || expression.test(name));
    if (found.length === 0) throw new Error(`there is no ${pattern} in the build context`);
    if (pattern !== ".") return found.map((name) => join(this.#context, name));
    // A directory stands for what is in it.
    const all = mkdtempSync(join(this.#tmp, "context-"));
    for (const name of found) cpSync(join(this.#context, name), join(all, name), { recursive: true });
    return [all];
  }

  #inStage(name: string, path: string): string[] {
    const stage = this.#stages.find((one) => one.name === name);
    if (stage === undefined) throw new Error(`there is no stage ${name}`);
    const source = join(stage.dir, path);
    if (!existsSync(source)) throw new Error(`there is no ${path} in the stage ${name}`);
    return [source];
  }

  async #runAll(text: string): Promise<void> {
    const { dir, workdir, env } = this.stage;
    for (const command of text.split(/\s+&&\s+/)) await this.#run(command, join(dir, workdir), env);
  }
}

function words(json: string): readonly string[] {
  const value: unknown = JSON.parse(json);
  if (Array.isArray(value) && value.every((word) => typeof word === "string")) return value;
  throw new Error("must be a list of words, or else a shell takes the signals");
}
