import type { ConnectionCore } from "../../src/http2/core.js";
import { engineOf } from "../../src/net/socket-driver.js";
import { checkCredit, checkMemory } from "../simulation/engine-view.js";
import { Finding } from "./finding.js";
import type { MemorySocket } from "./memory-socket.js";

/** Largest message of a server or a channel here, in bytes on the wire. */
const messageBytesMax = 4_194_304 + 16;

/** Looks into the engine behind a socket: no byte of credit may be lost, and no more held than the limits say. */
export function checkEngine(socket: MemorySocket): void {
  const core = coreOf(socket);
  if (core === undefined || core.closed) return;
  const credit = checkCredit(core);
  if (credit !== undefined) throw new Finding("credit", credit);
  const memory = checkMemory(core, { messageBytesMax });
  if (memory !== undefined) throw new Finding("memory", memory);
  const { unused, receivable } = core.receiveWindow;
  if (receivable < 0) throw new Finding("windows", `the connection's window is ${receivable}`);
  const { receiveBufferBytesMax, limits, totals } = core.options;
  const unusedMax = Math.max(receiveBufferBytesMax, limits.maxHeldMessageBytes);
  if (totals.heldBytes < unused)
    throw new Finding("memory", `${totals.heldBytes} bytes held in all, but ${unused} here`);
  if (unused > unusedMax) throw new Finding("memory", `${unused} received bytes are held, of ${unusedMax}`);
  for (const stream of core.streams.all()) {
    if (stream.receivable < 0)
      throw new Finding("windows", `the window of stream ${stream.id} is ${stream.receivable}`);
  }
}

/** What a connection that is over still holds. */
export function checkEngineIsEmpty(socket: MemorySocket): void {
  const core = coreOf(socket);
  if (core === undefined) return;
  const { streams, sender, receiveWindow } = core;
  const left = (text: string): never => {
    throw new Finding("leftovers", text);
  };
  if (!core.closed) left("a connection is open");
  if (streams.size > 0) left(`${streams.size} streams`);
  if (streams.lingering !== 0) left(`${streams.lingering} places of streams`);
  if (sender.queuedBytes !== 0) left(`${sender.queuedBytes} bytes in queues`);
  if (receiveWindow.unused !== 0) left(`${receiveWindow.unused} received bytes unused`);
}

function coreOf(socket: MemorySocket): ConnectionCore | undefined {
  const engine = engineOf(socket) as unknown as { readonly core: ConnectionCore } | undefined;
  return engine?.core;
}
