import { Channel, type ChannelOptions, type Client, RpcError } from "peregrine";
import { Echo } from "../gen/echo_pb.js";

type EchoClient = Client<typeof Echo>;

/** What a client has seen. */
export interface LoadReport {
  readonly started: number;
  readonly ended: number;
  /** Calls by how they ended: `OK` or the name of a status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** The longest that a call took to its end, by the same names, in ms. */
  readonly longestMs: Readonly<Record<string, number>>;
  /** The first messages of calls that failed. */
  readonly failures: readonly string[];
  /** What must never be: OK with content missing, an error that is no `RpcError`, two ends of one call. */
  readonly wrong: readonly string[];
}

export interface LoadOptions {
  readonly target: string;
  /** Calls at a time. */
  readonly workers: number;
  /** Of each call, in ms; 0 for none. */
  readonly timeoutMs: number;
  readonly waitForReady: boolean;
  readonly channel?: ChannelOptions;
}

const payload = new Uint8Array(500).fill(1);
const largePayload = new Uint8Array(60_000).fill(2);
/** Wrong things that are kept; one is enough to fail. */
const wrongMax = 20;
const failuresMax = 3;
/** A call that failed at once is not repeated in the same turn: the load must not become a busy loop. */
const pauseMs = 2;

interface CallOptions {
  readonly waitForReady: boolean;
  readonly timeoutMs?: number;
  readonly onTrailers: () => void;
}

/** Makes one call. Gives what is wrong with its content, or undefined. */
type Kind = (echo: EchoClient, options: CallOptions) => Promise<string | undefined>;

async function* requests(count: number): AsyncGenerator<{ payload: Uint8Array }> {
  for (let i = 0; i < count; i++) yield { payload };
}

const unary: Kind = async (echo, options) => {
  const response = await echo.unary({ payload }, options);
  return response.payload.length === payload.length ? undefined : "unary: another payload";
};

const large: Kind = async (echo, options) => {
  const response = await echo.unary({ payload: largePayload }, options);
  return response.payload.length === largePayload.length ? undefined : "large unary: another payload";
};

const serverStream: Kind = async (echo, options) => {
  let next = 0;
  for await (const { index } of echo.serverStream({ payload, count: 20 }, options)) {
    if (index !== next++) return `server streaming: ${index} came as number ${next - 1}`;
  }
  return next === 20 ? undefined : `server streaming: ended well after ${next} of 20`;
};

const clientStream: Kind = async (echo, options) => {
  const { count, payloadBytes } = await echo.clientStream(requests(10), options);
  return count === 10 && payloadBytes === 5_000n ? undefined : `client streaming: ${count} of 10`;
};

const bidi: Kind = async (echo, options) => {
  let next = 0;
  for await (const { index } of echo.bidi(requests(10), options)) {
    if (index !== next++) return `bidi: ${index} came as number ${next - 1}`;
  }
  return next === 10 ? undefined : `bidi: ended well after ${next} of 10`;
};

const kinds: readonly Kind[] = [unary, serverStream, unary, clientStream, large, bidi];

/** Calls without pause, in all shapes, until it is stopped; counts how they end. */
export class Load {
  readonly #options: LoadOptions;
  readonly #channel: Channel;
  readonly #workers: Promise<void>[];
  readonly #statuses: Record<string, number> = {};
  readonly #longestMs: Record<string, number> = {};
  readonly #failures: string[] = [];
  readonly #wrong: string[] = [];
  #started = 0;
  #ended = 0;
  #stopping = false;
  #waiting: { readonly count: number; readonly status: string | undefined; resolve(): void } | undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#channel = new Channel(options.target, { backoff: { initialMs: 20, maxMs: 100 }, ...options.channel });
    const echo = this.#channel.client(Echo);
    this.#workers = Array.from({ length: options.workers }, () => this.#work(echo));
  }

  report(): LoadReport {
    return {
      started: this.#started,
      ended: this.#ended,
      statuses: { ...this.#statuses },
      longestMs: { ...this.#longestMs },
      failures: [...this.#failures],
      wrong: [...this.#wrong],
    };
  }

  /** Resolves when so many more calls have ended, of those with a status where one is named. */
  more(count: number, status?: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = { count: this.#count(status) + count, status, resolve };
    });
  }

  /** Begins no more calls and waits for those that run, at most so long; then what still runs is left as it is. */
  async stop(waitMs: number): Promise<LoadReport> {
    this.#stopping = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs);
    });
    await Promise.race([Promise.all(this.#workers), late]);
    clearTimeout(timer);
    const report = this.report();
    await this.#channel.close({ graceMs: 0 });
    return report;
  }

  async #work(echo: EchoClient): Promise<void> {
    while (!this.#stopping) {
      const ok = await this.#call(echo, kinds[this.#started % kinds.length]!);
      if (!ok) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async #call(echo: EchoClient, kind: Kind): Promise<boolean> {
    const { timeoutMs, waitForReady } = this.#options;
    const startMs = performance.now();
    this.#started++;
    let trailers = 0;
    const onTrailers = (): void => {
      trailers++;
    };
    let status = "OK";
    try {
      const wrong = await kind(echo, { waitForReady, onTrailers, ...(timeoutMs > 0 ? { timeoutMs } : {}) });
      if (wrong !== undefined) this.#note(wrong);
    } catch (error) {
      if (error instanceof RpcError) {
        status = error.codeName;
        if (this.#failures.length < failuresMax) this.#failures.push(`${kind.name}: ${error.message}`);
      } else this.#note(`no RpcError: ${String(error)}`);
    }
    if (trailers > 1) this.#note(`${trailers} ends of one call`);
    this.#end(status, performance.now() - startMs);
    return status === "OK";
  }

  #end(status: string, tookMs: number): void {
    this.#ended++;
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    this.#longestMs[status] = Math.max(this.#longestMs[status] ?? 0, tookMs);
    const waiting = this.#waiting;
    if (waiting === undefined || this.#count(waiting.status) < waiting.count) return;
    this.#waiting = undefined;
    waiting.resolve();
  }

  #count(status: string | undefined): number {
    return status === undefined ? this.#ended : (this.#statuses[status] ?? 0);
  }

  #note(wrong: string): void {
    if (this.#wrong.length < wrongMax) this.#wrong.push(wrong);
  }
}
