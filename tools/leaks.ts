import { subscribe } from "node:diagnostics_channel";
import { syncBuiltinESMExports } from "node:module";
import net, { type Server, type Socket } from "node:net";
import timers from "node:timers";
import { describeLeaks, LeakRecords, type Resource } from "./leak-records.js";

/** What the hooks of a file close may take so long, in ms: a socket waits for its peer, which may be a process. */
const closingMs = 5_000;
const pollMs = 5;

const records = new LeakRecords();
/** Ours are not to be noted. */
const ownTimeout = setTimeout;

function socketResource(socket: Socket, kind: string): Resource {
  return {
    describe: () => `${kind} ${socket.localAddress ?? "?"}:${socket.localPort ?? "?"} to ${socket.remotePort ?? "?"}`,
    // No listener: tests count those.
    open: () => !socket.destroyed,
    unref: () => socket.unref(),
  };
}

const servers = new WeakMap<Server, Resource>();

function noteServer(server: Server, below: Below): void {
  const resource: Resource = {
    describe: () => `server on ${JSON.stringify(server.address())}`,
    open: () => server.listening,
    unref: () => server.unref(),
  };
  servers.set(server, resource);
  records.note(resource, below);
}

/** A connection has no stack of its own: it is its server's. */
function noteAccepted(socket: Socket & { readonly server?: Server }): void {
  const parent = socket.server === undefined ? undefined : servers.get(socket.server);
  records.noteChild(socketResource(socket, "accepted socket"), parent);
}

/** Node marks timers that have run or were cleared so; there is no public way to ask. */
type MarkedTimer = NodeJS.Timeout & { readonly _destroyed: boolean };

function noteTimer(timer: MarkedTimer, kind: string, delayMs: unknown, below: Below): void {
  records.note(
    {
      describe: () => `${kind} of ${String(delayMs)} ms`,
      open: () => !timer._destroyed,
      unref: () => timer.unref(),
    },
    below,
  );
}

/** The function that a stack begins below. */
type Below = (...args: never[]) => unknown;

interface WrappedCall {
  readonly self: unknown;
  readonly args: readonly unknown[];
  readonly below: Below;
}

/** Puts a function around a method that notes what the method has made. */
function wrap(owner: object, name: string, noteMade: (made: unknown, call: WrappedCall) => void): void {
  const original = Reflect.get(owner, name) as (...args: unknown[]) => unknown;
  const wrapped = function (this: unknown, ...args: unknown[]): unknown {
    const made = Reflect.apply(original, this, args);
    noteMade(made, { self: this, args, below: wrapped });
    return made;
  };
  // `promisify(setTimeout)` goes by a symbol on the function.
  for (const key of Object.getOwnPropertySymbols(original)) {
    Object.defineProperty(wrapped, key, Object.getOwnPropertyDescriptor(original, key)!);
  }
  Reflect.set(owner, name, wrapped);
}

/** Notes from now on each socket, server and timer that is made. Before the modules that are watched take hold of `setTimeout`. */
export function watchLeaks(): void {
  wrap(net.Socket.prototype, "connect", (_made, { self, below }) => {
    records.note(socketResource(self as Socket, "socket"), below);
  });
  wrap(net.Server.prototype, "listen", (_made, { self, below }) => noteServer(self as Server, below));
  subscribe("net.server.socket", (message) => noteAccepted((message as { readonly socket: Socket }).socket));
  for (const name of ["setTimeout", "setInterval"] as const) {
    for (const owner of [timers, globalThis]) {
      wrap(owner, name, (made, { args, below }) => noteTimer(made as MarkedTimer, name, args[1], below));
    }
  }
  syncBuiltinESMExports();
}

/** What keeps the process alive, as Node names it, sorted. */
function holds(): string[] {
  return process.getActiveResourcesInfo().sort();
}

/** Looks for what one test file leaves behind. */
export class LeakCheck {
  readonly #holdsBefore: ReadonlyMap<string, number> = count(holds());

  /**
   * Waits until all is closed, as long as something of the file would keep a process alive, and at most five seconds.
   *
   * @returns what is open still, for people; empty for nothing. It is forgotten, so that it is not told of the next file too
   */
  async end(file: string): Promise<string> {
    const endAt = performance.now() + closingMs;
    // Each turn is one that closing had; what is closed in this one is gone after it.
    do await new Promise((resolve) => ownTimeout(resolve, pollMs));
    while (records.open().length > 0 && this.#isHeld() && performance.now() < endAt);
    const open = records.open();
    if (open.length === 0) return "";
    const text = describeLeaks(
      file,
      open.map((resource) => records.leak(resource)),
    );
    records.forget();
    // Said is enough: the process need not hang as well.
    for (const resource of open) resource.unref();
    return text;
  }

  #isHeld(): boolean {
    for (const [name, many] of count(holds())) if (many > (this.#holdsBefore.get(name) ?? 0)) return true;
    return false;
  }
}

function count(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
