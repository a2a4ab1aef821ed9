import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";

/** Every process that was started and has not ended: killed by id when the runner ends, however it ends. */
const running = new Set<ChildProcess>();

process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Has a process ended at the latest when this one ends. */
export function endWithUs(child: ChildProcess): void {
  running.add(child);
  child.once("close", () => running.delete(child));
  child.once("error", () => running.delete(child));
}

export interface Outcome {
  /** Exit code; 124 when the time was over, 127 when it could not be started. */
  readonly code: number;
  /** What it wrote to both of its outputs, the last 20 000 characters. */
  readonly output: string;
}

export interface RunOptions {
  readonly timeoutMs: number;
  /** Output that is not kept, with the flag `g`. */
  readonly dropped?: RegExp;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Runs a program to its end, or kills it when its time is over. Never throws. */
export function runToEnd(command: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    const { child, output } = start(command, args, options);
    const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs);
    const end = (code: number, more: string): void => {
      clearTimeout(timer);
      resolve({ code, output: output() + more });
    };
    child.once("error", (error) => end(127, String(error)));
    child.once("close", (code, signal) =>
      end(code ?? 124, signal === null ? "" : `\nended by ${signal}, at most ${options.timeoutMs} ms`),
    );
  });
}

function start(
  command: string,
  args: readonly string[],
  options: RunOptions,
): { child: ChildProcess; output(): string } {
  const env = { ...process.env, ...options.env };
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env, cwd: options.cwd });
  let text = "";
  const collect = (chunk: Buffer): void => {
    text = (text + chunk.toString()).replace(options.dropped ?? "", "").slice(-20_000);
  };
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  endWithUs(child);
  return { child, output: () => text };
}

/** A server in a process of its own. */
export interface ServerProcess {
  readonly port: number;
  stop(): Promise<void>;
}

/** A server whose output can be read. */
export interface HeardServer extends ServerProcess {
  /** The last 20 000 characters that it has printed; all that it prints once it was stopped. */
  output(): string;
}

/**
 * Starts a server that takes its port from `args(port)`, and waits until it accepts connections on 127.0.0.1.
 *
 * @throws when it ends, or accepts nothing within the time
 */
export async function startServer(
  command: string,
  args: (port: number) => readonly string[],
  options: RunOptions,
): Promise<HeardServer> {
  const port = await freePort();
  const { child, output } = start(command, args(port), options);
  let ended = false;
  const closed = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", () => resolve());
  }).then(() => {
    ended = true;
  });
  const giveUpAt = performance.now() + options.timeoutMs;
  while (!(await accepts(port))) {
    if (ended || performance.now() > giveUpAt) {
      child.kill("SIGKILL");
      throw new Error(`${command} does not accept connections: ${output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), 3_000);
    await closed;
    clearTimeout(timer);
  };
  return { port, output, stop };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
