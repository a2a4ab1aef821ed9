import { type OnReadOpts, Socket, type SocketConstructorOpts } from "node:net";
import { readMemory } from "./lent-reads.js";

/** Called for each read, with the socket as `this`; false would pause it. */
export type ReadCallback = (byteCount: number, memory: Uint8Array) => boolean;

/** Where a socket keeps what its option `onread` said. */
interface Slots {
  readonly buffer: symbol;
  readonly callback: symbol;
}

/** What there is of an accepted socket besides its public face. */
interface Internals {
  readonly _handle?: { useUserBuffer?(memory: Uint8Array): void } | null;
  readonly readableLength: number;
  [slot: symbol]: unknown;
}

/** Undefined: not looked for yet. Null: this Node keeps them elsewhere. */
let slots: Slots | null | undefined;

/**
 * Lets an accepted socket read into the memory of all, as one that is dialled with `onread` does. Node's servers have no such
 * option: each read makes 64 KiB of memory, and V8 answers with a full collection of the heap at every other young one.
 * So the option is carried over: a socket that is made with it, and thrown away, shows where it is kept. Where anything
 * looks otherwise than known, nothing is done, and the bytes come as `data` events: listen to these in any case.
 *
 * @returns whether it was done
 */
export function lendReads(socket: object, onRead: ReadCallback): boolean {
  const memory = readMemory();
  if (memory === undefined || !(socket instanceof Socket)) return false;
  if (slots === undefined) slots = findSlots();
  if (slots === null) return false;
  const internals = socket as unknown as Internals;
  const { buffer, callback } = slots;
  // What was read already comes as events, and must not be overtaken.
  if (internals[buffer] !== null || internals[callback] !== null || internals.readableLength > 0) return false;
  const handle = internals._handle;
  if (typeof handle?.useUserBuffer !== "function") return false;
  internals[buffer] = memory;
  internals[callback] = onRead;
  handle.useUserBuffer(memory);
  return true;
}

function findSlots(): Slots | null {
  const memory = new Uint8Array(1);
  const onRead = (): boolean => true;
  // Documented for this class too; its types leave it out.
  const options: SocketConstructorOpts & { onread: OnReadOpts } = { onread: { buffer: memory, callback: onRead } };
  const socket = new Socket(options);
  const keys = Object.getOwnPropertySymbols(socket);
  const { [0]: buffer, length: buffers } = keys.filter((key) => Reflect.get(socket, key) === memory);
  const { [0]: callback, length: callbacks } = keys.filter((key) => Reflect.get(socket, key) === onRead);
  socket.destroy();
  const known = buffers === 1 && callbacks === 1 && buffer !== undefined && callback !== undefined;
  return known ? { buffer, callback } : null;
}
