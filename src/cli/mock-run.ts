import type { DescService } from "@bufbuild/protobuf";
import type { CompiledFiles } from "../generate/compile-files.js";
import { mockService } from "../mock/mock-service.js";
import type { ListenAddress } from "../net/listen-address.js";
import { Server } from "../server/server.js";
import { health } from "../services/health.js";
import { reflection } from "../services/reflection.js";
import { tellDiagnostics } from "./diagnostic-text.js";
import { CliError, ExitCode } from "./exit-code.js";
import { InputWatcher } from "./input-watcher.js";
import type { CliIo } from "./io.js";
import { logCalls } from "./mock-log.js";
import { type MockFiles, type MockSchema, readSchema } from "./mock-schema.js";
import { type ServerTlsFlags, serverTls } from "./server-tls.js";
import { tellStack } from "./stack-text.js";

/** The command line of `peregrine mock`, as commander names it. */
export interface MockFlags extends ServerTlsFlags, MockFiles {
  readonly listen: string;
  readonly seed: string;
  readonly messages: number;
  readonly watch: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
}

/** Serves until it is interrupted. */
export async function runMock(flags: MockFlags, io: CliIo): Promise<ExitCode> {
  const run = new MockRun(flags, io);
  try {
    return await run.run();
  } finally {
    await run.close();
  }
}

class MockRun {
  readonly #flags: MockFlags;
  readonly #io: CliIo;
  readonly #server: Server;
  readonly #watcher: InputWatcher | undefined;
  #services: readonly DescService[] = [];
  #isOver = false;
  #isChanged = false;
  #wake: () => void = () => undefined;
  #forget: () => void = () => undefined;

  constructor(flags: MockFlags, io: CliIo) {
    this.#flags = flags;
    this.#io = io;
    this.#server = new Server({ interceptors: flags.quiet ? [] : [logCalls(flags.json, io)] });
    this.#server.add(health(), reflection());
    const { paths, include, replies, descriptorSet } = flags;
    const others = [...(replies === undefined ? [] : [replies]), ...(descriptorSet ?? [])];
    // Files alone are read where there are descriptors.
    const files = descriptorSet === undefined && replies === undefined ? undefined : others;
    if (flags.watch) this.#watcher = new InputWatcher({ paths, include, files }, () => this.#changed());
  }

  async run(): Promise<ExitCode> {
    const tls = serverTls(this.#flags);
    // Before anybody is told that it serves: who is told may end it at once.
    this.#forget = this.#io.onInterrupt(() => {
      this.#isOver = true;
      this.#wake();
    });
    this.#serve(await this.#read());
    const target = await listen(this.#server, this.#flags.listen, tls);
    this.#tellStart(target);
    // A server that listens keeps the process alive.
    while (!this.#isOver) {
      if (this.#isChanged) await this.#reload();
      else await this.#event();
    }
    return ExitCode.ok;
  }

  async close(): Promise<void> {
    this.#forget();
    this.#watcher?.close();
    await this.#server.close({ graceMs: 0 });
  }

  #changed(): void {
    this.#isChanged = true;
    this.#wake();
  }

  #event(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Reads all files, and watches what they were found in. */
  async #read(): Promise<MockSchema> {
    let compiled: CompiledFiles | undefined;
    this.#watcher?.beforeRead();
    try {
      return await readSchema(this.#flags, (files) => {
        compiled = files;
      });
    } finally {
      this.#watcher?.afterRead(compiled);
    }
  }

  /** While a file is being changed it may well be wrong: what is served stays. */
  async #reload(): Promise<void> {
    this.#isChanged = false;
    try {
      this.#serve(await this.#read());
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      this.#tellMistake(error);
      return;
    }
    const services = this.#names();
    if (this.#flags.json) this.#io.stdout(`${JSON.stringify({ event: "reloaded", services })}\n`);
    else this.#io.stderr(`the files have changed: serving them as they are now: ${services.join(", ")}\n`);
  }

  /** In one turn, so that no call sees something in between; calls that have begun end as they began. */
  #serve({ registry, services, replies }: MockSchema): void {
    const { seed, messages: streamMessages } = this.#flags;
    const options = { registry, replies, seed, streamMessages, wait: waitFor };
    const made = services.map((service) => mockService(service, options));
    for (const service of this.#services) this.#server.remove(service);
    for (const [i, service] of services.entries()) this.#server.add(service, made[i] as never);
    this.#services = services;
  }

  #names(): string[] {
    return this.#services.map(({ typeName }) => typeName);
  }

  #tellStart(target: ListenAddress): void {
    const services = this.#names();
    if (this.#flags.json) this.#io.stdout(`${JSON.stringify({ event: "listening", target, services })}\n`);
    else this.#io.stderr(`Listening on ${target}: ${services.join(", ")}; with reflection and health\n`);
  }

  #tellMistake(error: CliError): void {
    const { message, diagnostics } = error;
    if (this.#flags.json) {
      this.#io.stdout(`${JSON.stringify({ event: "mistake", error: message, diagnostics })}\n`);
    } else {
      tellDiagnostics(diagnostics, this.#io);
      this.#io.stderr(`${message}\nserving the files as they were before\n`);
    }
    tellStack(error, this.#io);
  }
}

function waitFor(delayMs: number, signal: AbortSignal): Promise<void> {
  if (delayMs === 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    signal.addEventListener("abort", end);
  });
}

async function listen(server: Server, target: string, tls: ReturnType<typeof serverTls>): Promise<ListenAddress> {
  try {
    return await server.listen(target, tls === undefined ? {} : { tls });
  } catch (error) {
    throw new CliError(`--listen ${target}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
