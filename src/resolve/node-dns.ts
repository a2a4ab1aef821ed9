/** `node:dns`, loaded by the first who asks: a program whose targets are addresses, or a server, never needs it. */
export function nodeDns(): typeof import("node:dns") {
  return process.getBuiltinModule("node:dns");
}
