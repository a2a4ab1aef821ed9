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

/** Checks one option that is given. */
export type OptionCheck = (name: string, value: unknown) => void;

/**
 * What each option of a type may be. An option without an entry here does not compile, so that none can be forgotten, and a
 * misspelt one is always known as such.
 */
export type OptionChecks<T> = { readonly [name in keyof T]-?: OptionCheck };

/**
 * Checks all options of an object: their names, then their values.
 *
 * @param what names the options in the message, in the plural: `server options`
 * @param prefix stands before the names in messages: `keepalive.`
 * @throws {TypeError} naming the option, its value and what it may be
 */
export function checkOptions<T>(what: string, options: unknown, checks: OptionChecks<T>, prefix: string = ""): void {
  checkNames(what, options, namesOf(checks));
  for (const name in checks) {
    const value: unknown = (options as { readonly [name: string]: unknown })[name];
    if (value !== undefined) checks[name](prefix + name, value);
  }
}

/** Of each table, made once: options of calls are checked often. */
const knownNames: WeakMap<object, ReadonlySet<string>> = new WeakMap();

function namesOf(checks: object): ReadonlySet<string> {
  let known = knownNames.get(checks);
  if (known === undefined) {
    known = new Set(Object.keys(checks));
    knownNames.set(checks, known);
  }
  return known;
}

/** A number of a range. */
export function isNumber(min: number, max?: number): OptionCheck {
  return (name, value) => checkNumber(name, value, min, max);
}

/** A whole number of a range. */
export function isInteger(min: number, max: number): OptionCheck {
  return (name, value) => {
    if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return;
    throw new TypeError(`${name} must be a whole number, from ${min} to ${max}: got ${show(value)}`);
  };
}

/** A text. */
export function isText(name: string, value: unknown): void {
  if (typeof value !== "string") throw new TypeError(`${name} must be a text: got ${show(value)}`);
}

/** One of some texts. */
export function isOneOf(...values: readonly string[]): OptionCheck {
  return (name, value) => {
    if ((values as readonly unknown[]).includes(value)) return;
    throw new TypeError(`${name} must be ${values.map(show).join(" or ")}: got ${show(value)}`);
  };
}

/** An array, with a check of each of its items. */
export function isArray(check: OptionCheck): OptionCheck {
  return (name, value) => {
    if (!Array.isArray(value)) throw new TypeError(`${name} must be an array: got ${show(value)}`);
    for (const [i, one] of value.entries()) check(`${name}[${i}]`, one);
  };
}

/** An object with these functions: something that a user implements, such as a clock. */
export function isObjectWith(...functions: readonly string[]): OptionCheck {
  return (name, value) => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) {
      throw new TypeError(`${name} must be an object: got ${show(value)}`);
    }
    for (const one of functions) isFunction(`${name}.${one}`, Reflect.get(value, one));
  };
}

/** A function, which must be there: an interceptor that is undefined would let all calls pass. */
export function isFunction(name: string, value: unknown): void {
  if (typeof value !== "function") throw new TypeError(`${name} must be a function: got ${show(value)}`);
}

/** Options inside of options. */
export function isOptions<T>(checks: OptionChecks<T>): OptionCheck {
  return (name, value) => checkOptions(`${name} options`, value, checks, `${name}.`);
}

/** What nothing can be said about here: its own code checks it. */
export function isAnything(): void {}

/** A value for a message: short, whatever it is. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object" && value !== null) return Object.prototype.toString.call(value);
  return String(value);
}
