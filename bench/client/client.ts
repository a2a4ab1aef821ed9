/** Called once at the end of a call; `error` is undefined or null where it succeeded. */
export type Done<T = undefined> = (error?: unknown, value?: T) => void;

/**
 * What each client can do, in the way of its own stack; connected to one server, and kept for all tasks on it.
 *
 * The methods take no `this`, and look at nothing in the answers: the same code counts and checks for all.
 */
export interface BenchClient {
  /** Gives the payload of the answer. */
  readonly unary: (payload: Uint8Array, done: Done<Uint8Array>) => void;
  /** Asks for `messages` answers, each with the payload. */
  readonly serverStream: (
    payload: Uint8Array,
    messages: number,
    onMessage: (payload: Uint8Array) => void,
    done: Done,
  ) => void;
  /** Sends `messages` times, as fast as the stack lets it; gives the number that the server has counted. */
  readonly clientStream: (payload: Uint8Array, messages: number, done: Done<number>) => void;
  /** Sends as `clientStream`, and reads the echoes meanwhile. */
  readonly bidi: (payload: Uint8Array, messages: number, onMessage: (payload: Uint8Array) => void, done: Done) => void;
}

/** Where a client connects to. */
export interface Endpoint {
  readonly port: number;
  /** The authority to trust, PEM; plaintext without it. */
  readonly ca?: Buffer | undefined;
}

export type Connect = (endpoint: Endpoint) => BenchClient;

/** A call that a stack does not have, such as a stream of plain REST. */
export function unsupported(what: string): (...args: unknown[]) => never {
  return () => {
    throw new Error(`this peer has no ${what}`);
  };
}
