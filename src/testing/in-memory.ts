import type { DescService } from "@bufbuild/protobuf";
import { checkOptions, isObjectWith, type OptionChecks } from "../base/check-option.js";
import { Channel } from "../client/channel.js";
import type { ChannelOptions } from "../client/channel-options.js";
import type { Client } from "../client/client.js";
import type { ServerOptions } from "../server/options.js";
import { Server } from "../server/server.js";
import { MemoryNetwork } from "./memory-network.js";
import type { SimulatedClock } from "./simulated-clock.js";

/** Options of `startInMemory`. */
export interface InMemoryOptions {
  readonly server?: Omit<ServerOptions, "network" | "clock"> | undefined;
  readonly channel?: Omit<ChannelOptions, "network" | "clock"> | undefined;
  /** Time of both: deadlines, keepalive, backoff. Default the machine's. */
  readonly clock?: SimulatedClock | undefined;
  /** One that other servers and channels are in too. Default one of its own. */
  readonly network?: MemoryNetwork | undefined;
}

const checks: OptionChecks<InMemoryOptions> = {
  server: isObjectWith(),
  channel: isObjectWith(),
  clock: isObjectWith("nowMs", "setTimer", "advance", "runNext"),
  network: isObjectWith("dial", "listen", "atTurnEnd", "settled"),
};

/** @throws {TypeError} naming the option, its value and what it may be */
export function checkInMemoryOptions(options: InMemoryOptions): void {
  checkOptions("options of startInMemory()", options, checks);
}

/** So many timers in one `advance` can only be timers that set each other again without end. */
const timersPerAdvanceMax = 100_000;

/** A server and a channel to it in this process, without sockets. */
export class InMemory implements AsyncDisposable {
  readonly server: Server;
  readonly channel: Channel;
  readonly network: MemoryNetwork;
  /** Where the server listens in the network, for further channels. */
  readonly target: string;
  readonly #clock: SimulatedClock | undefined;

  /** Use `startInMemory`. */
  constructor(server: Server, network: MemoryNetwork, target: string, options: InMemoryOptions) {
    const { clock, channel } = options;
    this.server = server;
    this.network = network;
    this.target = target;
    this.#clock = clock;
    this.channel = new Channel(target, { ...channel, network, clock });
  }

  /** As `channel.client()`. */
  client<Desc extends DescService>(desc: Desc): Client<Desc> {
    return this.channel.client(desc);
  }

  /**
   * Lets time pass in the simulated clock: timer by timer, with all that follows from one done before the next.
   *
   * @throws {TypeError} when there is no simulated clock
   */
  async advance(ms: number): Promise<void> {
    const clock = this.#clock;
    if (clock === undefined) throw new TypeError("advance() needs startInMemory(..., { clock: new SimulatedClock() })");
    const untilMs = clock.nowMs() + ms;
    await this.network.settled();
    for (let count = 0; (clock.nextTimerMs ?? Number.POSITIVE_INFINITY) <= untilMs; count++) {
      if (count === timersPerAdvanceMax) throw new Error(`timers set each other without end at ${clock.nowMs()} ms`);
      clock.runNext();
      await this.network.settled();
    }
    clock.advance(untilMs - clock.nowMs());
    await this.network.settled();
  }

  /** Ends both at once; calls that run fail. */
  async close(): Promise<void> {
    // A network that stands still would never tell that all is closed.
    this.network.stalled = false;
    await Promise.all([this.channel.close({ graceMs: 0 }), this.server.close({ graceMs: 0 })]);
  }

  /** As `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Starts a server and a channel to it in this process: the same `Server` and `Channel` as over TCP, with deadlines, metadata,
 * cancellation and flow control, but over memory.
 *
 * ```ts
 * await using test = await startInMemory((server) => server.add(Greeter, greeter));
 * const reply = await test.client(Greeter).sayHello({ name: "Alice" });
 * ```
 *
 * @param setUp adds the services
 */
export async function startInMemory(
  setUp: (server: Server) => unknown,
  options: InMemoryOptions = {},
): Promise<InMemory> {
  checkInMemoryOptions(options);
  const network = options.network ?? new MemoryNetwork();
  const { clock } = options;
  const server = new Server({ ...options.server, network, clock });
  setUp(server);
  return new InMemory(server, network, `${await server.listen("127.0.0.1:0")}`, options);
}
