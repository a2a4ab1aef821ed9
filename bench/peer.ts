import type { Kind, Measured, Task } from "./client/task.js";
import { cpuTimeUs } from "./proc.js";
import { type Command, LineProcess } from "./process.js";
import type { TlsFiles } from "./tls-files.js";
import { verifyServer } from "./verify.js";

/** What a peer talks: only gRPC can be called by every load; the others stand beside for comparison. */
export type Protocol = "grpc" | "http1" | "tcp";

/** How a peer is started; what it does not have is left out. */
export interface Programs {
  readonly version: string;
  readonly server: Command;
  readonly client?: Command;
  /** Does nothing but make the stack ready to be used. */
  readonly importer?: Command;
}

/** Where programs are taken from. */
export interface Surroundings {
  /** The Node that Node peers run on. */
  readonly node: string;
  /** The compiled programs: `dist/bench` of this revision or of another. */
  readonly programs: string;
  /** A folder that survives, for what is built or installed. */
  readonly cache: string;
}

/** One stack in the comparison. */
export interface PeerSpec {
  readonly name: string;
  /** A line for people. */
  readonly what: string;
  readonly speaks: Protocol;
  /** Ours, of whatever revision. */
  readonly own?: boolean;
  /** Builds what has to be built. Throws `Missing` when it cannot be had here. */
  prepare(surroundings: Surroundings): Promise<Programs>;
}

/** Why a peer is left out of a run. */
export class Missing extends Error {}

function timeOf(process: LineProcess | undefined): number {
  return process === undefined ? 0 : cpuTimeUs(process.pid);
}

const startMs = 20_000;
/** How much longer than its time a task may take: the last calls, and a slow moment of the machine. */
const overtimeMs = 30_000;

export interface RunningServer {
  readonly port: number;
  readonly process: LineProcess;
}

/** A peer that is ready: its server and its client, each in a process of its own, started when first needed. */
export class Peer {
  readonly name: string;
  readonly speaks: Protocol;
  readonly own: boolean;
  readonly programs: Programs;
  /** Processes that were started so far: what has just been started is slow. */
  started: number = 0;
  readonly #tls: TlsFiles;
  readonly #servers = new Map<boolean, RunningServer>();
  readonly #verified = new Set<string>();
  #client: LineProcess | undefined;

  constructor(spec: Pick<PeerSpec, "name" | "speaks" | "own">, programs: Programs, tls: TlsFiles) {
    this.name = spec.name;
    this.speaks = spec.speaks;
    this.own = spec.own === true;
    this.programs = programs;
    this.#tls = tls;
  }

  /** The server, which is started with the first call; only then is the environment looked at. */
  async server(secure: boolean, serverEnv: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
    const running = this.#servers.get(secure);
    if (running !== undefined) return running;
    const { program, args, env } = this.programs.server;
    const tlsEnv = { BENCH_TLS_CERT: this.#tls.cert, BENCH_TLS_KEY: this.#tls.key };
    const command = { program, args, env: { ...env, ...serverEnv, ...(secure ? tlsEnv : {}) } };
    const process = new LineProcess(`${this.name} server`, "server", command);
    this.started++;
    const { port } = await process.next(startMs).catch(async (error: unknown) => {
      await process.stop();
      throw error;
    });
    const server = { port: Number(port), process };
    this.#servers.set(secure, server);
    return server;
  }

  /** Processor time that client and server in plaintext have used so far, in microseconds; 0 for what does not run. */
  cpuTimesUs(): { readonly client: number; readonly server: number } {
    const server = this.#servers.get(false)?.process;
    return { client: timeOf(this.#client), server: timeOf(server) };
  }

  /** Lets the client of this peer do a task against the server of this peer, or through a relay before it. */
  async run(task: Omit<Task, "port" | "ca">, secure: boolean, relayPort?: number): Promise<Measured> {
    const client = this.programs.client;
    if (client === undefined) throw new Error(`${this.name} has no client here`);
    const { port } = await this.server(secure);
    if (this.#client === undefined) {
      this.#client = new LineProcess(`${this.name} client`, "client", client);
      this.started++;
    }
    const question: Task = { ...task, port: relayPort ?? port, ...(secure ? { ca: this.#tls.ca } : {}) };
    return (await this.#client.ask(question, task.durationMs + overtimeMs)) as unknown as Measured;
  }

  /** Looks once at each byte of the server's answers to a kind of call, before others only count them. */
  async verify(kind: Kind, payloadBytes: number, secure: boolean): Promise<void> {
    const { port } = await this.server(secure);
    const what = `${port} ${kind} ${payloadBytes}`;
    if (this.#verified.has(what)) return;
    if (this.speaks === "grpc") await verifyServer(port, kind, payloadBytes, secure ? this.#tls.ca : undefined);
    else await this.run({ kind, payloadBytes, inFlight: 1, messages: 1, durationMs: 0 }, secure);
    this.#verified.add(what);
  }

  async stop(): Promise<void> {
    await this.#client?.stop();
    this.#client = undefined;
    for (const { process } of this.#servers.values()) await process.stop();
    this.#servers.clear();
  }
}
