import { similarName } from "./similar-name.js";

/**
 * Checks a number that a user gave.
 *
 * @throws {TypeError} naming the option, its value and its range
 */
export function checkNumber(name: string, value: unknown, min: number, max: number = Number.POSITIVE_INFINITY): void {
  if (value === undefined) return;
  if (typeof value === "number" && value >= min && value <= max) return;
  const range = max === Number.POSITIVE_INFINITY ? `${min} or more` : `from ${min} to ${max}`;
  throw new TypeError(`${name} must be a number, ${range}: got ${show(value)}`);
}

/** As `checkNumber`, for true and false. */
export function checkBoolean(name: string, value: unknown): void {
  if (value === undefined || typeof value === "boolean") return;
  throw new TypeError(`${name} must be true or false: got ${show(value)}`);
}

/** As `checkNumber`, for functions. */
export function checkFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === "function") return;
  throw new TypeError(`${name} must be a function: got ${show(value)}`);
}

/** As `checkNumber`, for one of some words. */
export function checkOneOf(name: string, value: unknown, words: readonly string[]): void {
  if (value === undefined || words.includes(value as string)) return;
  throw new TypeError(`${name} must be ${words.map((word) => JSON.stringify(word)).join(" or ")}: got ${show(value)}`);
}

/**
 * Checks that an options object has known names only: a misspelt option would silently do nothing.
 *
 * @param what names the options in the message, in the plural: `call options`
 * @throws {TypeError} naming the unknown option and the likely spelling, or all options when none is close
 */
export function checkNames(what: string, options: unknown, known: ReadonlySet<string>): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`${what} must be an object: got ${show(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (known.has(name)) continue;
    const similar = similarName(name, [...known]);
    const hint = similar === undefined ? `there are ${[...known].join(", ")}` : `did you mean ${similar}?`;
    throw new TypeError(`${what} have no ${JSON.stringify(name)}; ${hint}`);
  }
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object" && value !== null) return Object.prototype.toString.call(value);
  return String(value);
}
