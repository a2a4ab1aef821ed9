/*
 * Modules of Node that not every program needs, each loaded by the first who asks: they cost time at the start, and memory for good.
 */

/** `node:tls`: on Node 24 it takes a third of the time in which everything else is loaded. */
export function nodeTls(): typeof import("node:tls") {
  return process.getBuiltinModule("node:tls");
}

/** `node:crypto`. */
export function nodeCrypto(): typeof import("node:crypto") {
  return process.getBuiltinModule("node:crypto");
}

/** `node:zlib`. */
export function nodeZlib(): typeof import("node:zlib") {
  return process.getBuiltinModule("node:zlib");
}

/** `node:dns`. */
export function nodeDns(): typeof import("node:dns") {
  return process.getBuiltinModule("node:dns");
}

/** `node:async_hooks`. */
export function nodeAsyncHooks(): typeof import("node:async_hooks") {
  return process.getBuiltinModule("node:async_hooks");
}
