// Loaded before each test file (`--import`): fails the file when it leaves sockets, servers or timers behind.
import { subscribe } from "node:diagnostics_channel";
import { syncBuiltinESMExports } from "node:module";
import net, { type Server, type Socket } from "node:net";
import { after } from "node:test";
import timers from "node:timers";
import { describeLeaks, LeakRecords, type Resource } from "./leak-records.js";

/** A file's own hooks, and what they close, may take so long, in ms: a socket waits for its peer, which may be a process. */
const closingMs = 5_000;

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

function watch(): void {
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

let told = false;

/** Says what is open and makes the file fail; once. */
function tell(open: readonly Resource[]): void {
  if (told || open.length === 0) return;
  told = true;
  const file = process.argv[1] ?? "?";
  process.stderr.write(
    describeLeaks(
      file,
      open.map((resource) => records.leak(resource)),
    ),
  );
  process.exitCode = 1;
  // Said is enough: the file need not hang as well.
  for (const resource of open) resource.unref();
}

/** For what keeps the process from ending: it is told when closing had its time. */
function tellLater(): void {
  ownTimeout(() => tell(records.open()), closingMs).unref();
}

// The runner itself loads this too, and so do processes that tests start with our flags: neither is a test file.
if (process.env["NODE_TEST_CONTEXT"] !== undefined && process.argv[1]?.endsWith(".test.js")) {
  // Hooks run in the order of their making, so that this is where the file's own begin.
  after(tellLater);
  // For what does not: the file is over when its process is.
  process.once("exit", () => tell(records.open()));
  watch();
}
