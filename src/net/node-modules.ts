/**
 * `node:tls`, loaded by the first who asks: a plaintext program never needs it, and on Node 24 it takes a third of the time in
 * which everything else is loaded.
 */
export function nodeTls(): typeof import("node:tls") {
  return process.getBuiltinModule("node:tls");
}

/** `node:crypto`, loaded by the first who asks. */
export function nodeCrypto(): typeof import("node:crypto") {
  return process.getBuiltinModule("node:crypto");
}
