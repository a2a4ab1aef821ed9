import { Channel, type Client, Server, type Status } from "../../src/index.js";
import { Echo } from "../gen/echo_pb.js";
import type { SeededRandom } from "../simulation/seeded-random.js";
import { sharedCodecs } from "../simulation/shared-codecs.js";
import { EchoHandlers } from "./echo-handlers.js";
import { Finding, must } from "./finding.js";
import { MemoryLoop } from "./memory-loop.js";
import { MemoryNetwork } from "./memory-network.js";
import type { PlannedCall, Scenario } from "./scenarios.js";

export const port = 1;
/** Longer than any run, in simulated ms: a call that is lost must not come to its end by its deadline. */
const callTimeoutMs = 10_000_000;

/** How a call came out. */
export interface CallEnd {
  readonly code: Status | 0;
  readonly message: string;
  readonly messages: number;
}

/** A server and channels of ours in memory, and the mistakes of ours that they noticed. */
export class Peers {
  readonly loop: MemoryLoop = new MemoryLoop();
  readonly network: MemoryNetwork = new MemoryNetwork(this.loop);
  readonly handlers: EchoHandlers = new EchoHandlers();
  readonly #random: SeededRandom;
  readonly #faults: string[] = [];

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  async startServer(options: Scenario["server"]): Promise<Server> {
    const server = new Server({
      ...options,
      clock: this.loop.clock,
      random: () => this.#random.next(),
      network: this.network.seam,
      codecs: sharedCodecs,
      onError: (error, { kind }) => {
        if (kind === "internal" || kind === "listener") this.#faults.push(`server: ${stackOf(error)}`);
      },
    });
    server.add(Echo, this.handlers.service);
    await server.listen(`127.0.0.1:${port}`);
    return server;
  }

  makeChannel(options: Scenario["channel"]): Channel {
    return new Channel(`ipv4:127.0.0.1:${port}`, {
      ...options,
      clock: this.loop.clock,
      random: () => this.#random.next(),
      network: this.network.seam,
      codecs: sharedCodecs,
      onFault: (fault) => this.#faults.push(`channel: ${stackOf(fault)}`),
    });
  }

  /** Nothing of ours may have failed by itself. */
  checkFaults(): void {
    must(this.#faults.length === 0, "fault", () => this.#faults.join("\n"));
  }

  /** Begins a call; its end is given once. */
  call(channel: Channel, planned: PlannedCall): Promise<CallEnd> {
    const client = channel.client(Echo);
    const abort = new AbortController();
    if (planned.abortMs !== undefined) this.loop.clock.setTimer(planned.abortMs, () => abort.abort());
    return runCall(client, planned, abort.signal);
  }

  /** A call on a connection that nobody disturbs must succeed. */
  async honestCall(): Promise<void> {
    const channel = this.makeChannel({});
    const payload = Uint8Array.of(1, 2, 3);
    let answer: string | undefined;
    channel
      .client(Echo)
      .unary({ payload }, { timeoutMs: 5_000 })
      .then(
        (response) => {
          answer = response.payload.join();
        },
        (error: unknown) => {
          answer = String(error);
        },
      );
    await this.loop.settle();
    await this.loop.pass(0);
    must(answer === payload.join(), "usable", () => `an honest call afterwards came out as ${answer}`);
    await this.close(channel.close({ graceMs: 0 }), "the honest channel");
  }

  /** Waits for something to close. */
  async close(closed: Promise<void>, what: string): Promise<void> {
    let done = false;
    closed.then(
      () => {
        done = true;
      },
      (error: unknown) => this.#faults.push(String(error)),
    );
    await this.loop.pass(30_000);
    must(done, "closing", () => `${what} does not close`);
    this.checkFaults();
  }

  /** Once all is closed nothing may be left. */
  async checkNothingLeft(): Promise<void> {
    await this.loop.pass(600_000);
    const { clock } = this.loop;
    must(this.handlers.running === 0, "leftovers", () => `${this.handlers.running} handlers run`);
    must(clock.pendingTimers === 0, "leftovers", () => `${clock.pendingTimers} timers`);
    const open = this.network.sockets.filter((socket) => !socket.destroyed).length;
    must(open === 0, "leftovers", () => `${open} sockets`);
    must(this.network.listenerCount === 0, "leftovers", () => "a listener");
    this.checkFaults();
  }
}

async function runCall(client: Client<typeof Echo>, planned: PlannedCall, signal: AbortSignal): Promise<CallEnd> {
  const { shape, requests, ask, options, metadata } = planned;
  const all = requests.map((length) => ({ ...ask, payload: new Uint8Array(length).fill(0x62), ...copied(ask) }));
  const first = all[0] ?? {};
  const more = { timeoutMs: callTimeoutMs, ...options, metadata, signal };
  let messages = 0;
  try {
    if (shape === "unary") await client.unary(first, more);
    else if (shape === "clientStream") await client.clientStream(each(all), more);
    else {
      const responses = shape === "bidi" ? client.bidi(each(all), more) : client.serverStream(first, more);
      for await (const _ of responses) messages++;
    }
    return { code: 0, message: "", messages };
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: string };
    if (typeof code !== "number") throw new Finding("status", `a call ended with ${stackOf(error)}`);
    return { code: code as Status, message: message ?? "", messages };
  }
}

function copied(ask: PlannedCall["ask"]): { echoHeaders: string[] } {
  return { echoHeaders: [...(ask.echoHeaders ?? [])] };
}

async function* each<T>(list: readonly T[]): AsyncGenerator<T> {
  yield* list;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? String(error.stack) : String(error);
}
