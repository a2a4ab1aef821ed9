/** Whether the program runs in development: where NODE_ENV is not "production". To be asked once and not per call. */
export function inDevelopment(): boolean {
  return typeof process === "undefined" || process.env["NODE_ENV"] !== "production";
}
