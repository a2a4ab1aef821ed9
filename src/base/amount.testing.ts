/**
 * How much of something a test does: `few` in the gate, which is to be quick, and `all` where the environment says
 * `TESTS=all`, as CI does. What is few must still notice a fault of each kind.
 */
export function amount(few: number, all: number): number {
  return process.env["TESTS"] === "all" ? all : few;
}
