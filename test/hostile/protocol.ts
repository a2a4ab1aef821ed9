import type { Http2Limits } from "../../src/http2/limits.js";

/** How a victim differs from one with nothing but defaults. */
export interface VictimOptions {
  readonly limits?: Partial<Http2Limits>;
  readonly receiveMessageBytesMax?: number;
  readonly pingPolicy?: { readonly minIntervalMs?: number; readonly strikesMax?: number };
  readonly tls?: boolean;
  readonly tlsHandshakeTimeoutMs?: number;
  readonly pendingHandshakesMax?: number;
  readonly connectTimeoutMs?: number;
  /** Its clock goes on by ten seconds at a time: nothing in it knows how long a turn of the event loop is. */
  readonly coarseClock?: boolean;
  /** Files that the process may have open (`ulimit -n`). */
  readonly openFilesMax?: number;
}

/** Where a victim's server listens. */
export interface Served {
  readonly address: string;
  /** The authority of its certificate; undefined in plaintext. */
  readonly ca?: string | undefined;
}

/** Where a victim's channels go. */
export interface DialPlan extends VictimOptions {
  readonly hostilePort: number;
  readonly honestAddress: string;
}

/** Calls of a victim's channel to the hostile server. */
export interface CallPlan {
  readonly method: "unary" | "serverStream" | "bidi" | "take" | "pour";
  readonly count: number;
  readonly timeoutMs: number;
  /** Payload of each request, in bytes. */
  readonly requestBytes?: number;
  /** Begins each call when the one before has ended, not all at once. */
  readonly inTurn?: boolean;
  readonly waitForReady?: boolean;
}

/** How one call ended: the name of its status. */
export interface CallEnd {
  readonly status: string;
  readonly message: string;
}

/** What an honest client saw. */
export interface HonestReport {
  readonly calls: number;
  readonly failures: readonly string[];
  readonly p50Ms: number;
  readonly maxMs: number;
}

/** What a victim tells of its own state. */
export interface VictimState {
  /** Handlers that run now, ran at once at most, and were begun. */
  readonly handlers: number;
  readonly handlersMost: number;
  readonly handlersBegun: number;
  /** Mistakes of the package: `onError` of kind `internal`, `onFault`. Always none, or the attack has won. */
  readonly faults: readonly string[];
  /** Kinds of other errors that `onError` heard, with their number. */
  readonly errors: Readonly<Record<string, number>>;
  /** Names that every object has got: none, or a prototype was written to. */
  readonly polluted: readonly string[];
  /** `process.getActiveResourcesInfo()`, by kind. */
  readonly resources: Readonly<Record<string, number>>;
}

/** What an attack cost its victim. */
export interface Cost {
  readonly seconds: number;
  readonly cpuMs: number;
  /** The longest that the event loop was busy in one piece, see `Meter`. */
  readonly loopDelayMs: number;
  /** Growth over the time before: resident memory at its peak and at the end, and what is reachable at the end. */
  readonly rssPeakBytes: number;
  readonly rssBytes: number;
  readonly liveBytes: number;
  /** The most that was reachable while the attack held on, at the points where it was measured. */
  readonly heldBytes: number;
}

/** What can be asked of a victim, and of the process of the honest peers. */
export interface Operations {
  serve(options: VictimOptions): Promise<Served>;
  dial(plan: DialPlan): Promise<void>;
  begin(): Promise<void>;
  hold(): Promise<number>;
  end(): Promise<Cost>;
  state(): Promise<VictimState>;
  calls(plan: CallPlan): Promise<CallEnd[]>;
  /** An honest client begins to call, all the time, until `honestEnd`. */
  honestBegin(served: Served): Promise<void>;
  honestEnd(): Promise<HonestReport>;
  /** One call over a new connection. */
  honestOnce(served: Served): Promise<HonestReport>;
  stop(): Promise<void>;
}

export type OperationName = keyof Operations;

export interface Request {
  readonly id: number;
  readonly name: OperationName;
  readonly argument: unknown;
}

export interface Response {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}
