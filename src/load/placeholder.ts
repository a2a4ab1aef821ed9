import type { Random } from "../base/clock.js";

/** What placeholders may tell of the request that is being made. */
export interface RequestPlace {
  /** The call's number, from 0, that no other call of the run has. */
  counter: number;
  /** The message's number in its stream, from 0. */
  message: number;
  /** Number of the worker, from 0. */
  worker: number;
  /** Number of the connection within the worker, from 0. */
  connection: number;
}

/** Where placeholders have time and chance from. */
export interface PlaceholderSources {
  readonly random: Random;
  /** Milliseconds since 1970. */
  nowEpochMs(): number;
}

export type PlaceholderValue = string | number | boolean;
export type Producer = (place: RequestPlace) => PlaceholderValue;

/** A mistake in a template, told by its message. */
export class TemplateError extends Error {
  override get name(): string {
    return "TemplateError";
  }
}

interface Placeholder {
  /** As it is written, for messages. */
  readonly usage: string;
  readonly args: number;
  make(args: readonly string[], sources: PlaceholderSources): Producer;
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const placeholders: Readonly<Record<string, Placeholder>> = {
  counter: { usage: "counter", args: 0, make: () => (place) => place.counter },
  message: { usage: "message", args: 0, make: () => (place) => place.message },
  worker: { usage: "worker", args: 0, make: () => (place) => place.worker },
  connection: { usage: "connection", args: 0, make: () => (place) => place.connection },
  uuid: {
    usage: "uuid",
    args: 0,
    make:
      (_, { random }) =>
      () =>
        uuid(random),
  },
  randomInt: { usage: "randomInt MIN MAX", args: 2, make: randomInt },
  randomFloat: { usage: "randomFloat MIN MAX", args: 2, make: randomFloat },
  randomBool: {
    usage: "randomBool",
    args: 0,
    make:
      (_, { random }) =>
      () =>
        random() < 0.5,
  },
  randomString: {
    usage: "randomString LENGTH",
    args: 1,
    make: ([length], { random }) => {
      const count = size("randomString", length);
      return () => pick(letters, count, random);
    },
  },
  randomBytes: {
    usage: "randomBytes LENGTH",
    args: 1,
    make: ([length], { random }) => {
      const bytes = Buffer.alloc(size("randomBytes", length));
      return () => {
        for (let i = 0; i < bytes.length; i++) bytes[i] = random() * 256;
        return bytes.toString("base64");
      };
    },
  },
  timestamp: {
    usage: "timestamp",
    args: 0,
    make: (_, sources) => () => new Date(sources.nowEpochMs()).toISOString(),
  },
  timestampMs: { usage: "timestampMs", args: 0, make: (_, sources) => () => Math.floor(sources.nowEpochMs()) },
  timestampSeconds: {
    usage: "timestampSeconds",
    args: 0,
    make: (_, sources) => () => Math.floor(sources.nowEpochMs() / 1_000),
  },
};

/** Largest random string or bytes: what a message may have by default. */
const sizeMax = 4_194_304;

function size(name: string, text: string | undefined): number {
  const length = Number(text);
  if (Number.isInteger(length) && length >= 0 && length <= sizeMax) return length;
  throw new TemplateError(`{{${name} ${text}}}: the length must be a whole number from 0 to ${sizeMax}`);
}

function range(name: string, [from, to]: readonly string[], isWhole: boolean): [number, number] {
  const min = Number(from);
  const max = Number(to);
  const fits = isWhole ? Number.isSafeInteger(min) && Number.isSafeInteger(max) : Number.isFinite(max - min);
  if (fits && min <= max) return [min, max];
  const what = isWhole ? "two whole numbers" : "two numbers";
  throw new TemplateError(`{{${name} ${from} ${to}}}: takes ${what}, the smaller one first`);
}

function randomInt(args: readonly string[], { random }: PlaceholderSources): Producer {
  const [min, max] = range("randomInt", args, true);
  return () => min + Math.floor(random() * (max - min + 1));
}

function randomFloat(args: readonly string[], { random }: PlaceholderSources): Producer {
  const [min, max] = range("randomFloat", args, false);
  return () => min + random() * (max - min);
}

function pick(from: string, count: number, random: Random): string {
  let text = "";
  for (let i = 0; i < count; i++) text += from[Math.floor(random() * from.length)];
  return text;
}

/** Version 4 of RFC 9562. */
function uuid(random: Random): string {
  const hex = pick("0123456789abcdef", 30, random);
  const variant = "89ab"[Math.floor(random() * 4)];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-${variant}${hex.slice(15, 18)}-${hex.slice(18)}`;
}

/** A placeholder in text: what is inside of `{{...}}`, and where it stands. */
interface Found {
  readonly inside: string;
  readonly start: number;
  readonly end: number;
}

/** Finds `{{...}}` within a line. Goes over the text once, also where nothing closes. */
function* findPlaceholders(text: string): Generator<Found> {
  let end = -1;
  for (let start = text.indexOf("{{"); start >= 0; ) {
    if (end < start + 2) end = text.indexOf("}}", start + 2);
    if (end < 0) return;
    lineEnd.lastIndex = start;
    const newline = lineEnd.exec(text)?.index ?? text.length;
    const inside = newline > end;
    if (inside) yield { inside: text.slice(start + 2, end), start, end: end + 2 };
    start = text.indexOf("{{", inside ? end + 2 : newline);
  }
}

const lineEnd: RegExp = /[\n\r\u2028\u2029]/g;

export function hasPlaceholder(text: string): boolean {
  return text.includes("{{");
}

/**
 * Reads a text with placeholders.
 *
 * @returns what makes it; where it is one placeholder alone, a value of that one's type, else text
 * @throws {TemplateError} for what is no placeholder
 */
export function parseText(text: string, sources: PlaceholderSources): Producer {
  const parts: (string | Producer)[] = [];
  let at = 0;
  for (const { inside, start, end } of findPlaceholders(text)) {
    if (start > at) parts.push(text.slice(at, start));
    parts.push(producerOf(inside, sources));
    at = end;
  }
  if (at < text.length) parts.push(text.slice(at));
  const [only] = parts;
  if (parts.length === 1 && typeof only === "function") return only;
  return (place) => parts.map((part) => (typeof part === "string" ? part : String(part(place)))).join("");
}

function producerOf(inside: string, sources: PlaceholderSources): Producer {
  const [name = "", ...args] = inside.trim().split(/\s+/);
  const found = Object.hasOwn(placeholders, name) ? placeholders[name] : undefined;
  if (found === undefined) {
    const known = Object.values(placeholders).map(({ usage }) => `{{${usage}}}`);
    throw new TemplateError(`there is no placeholder {{${inside.trim()}}}; there are ${known.join(", ")}`);
  }
  if (args.length !== found.args) throw new TemplateError(`{{${inside.trim()}}} must be {{${found.usage}}}`);
  return found.make(args, sources);
}

const stringAt: RegExp = /"(?:[^"\\]|\\.)*"/sy;

/** Puts placeholders that stand in the place of a number into quotes, so that the text is JSON. */
export function quotePlaceholders(text: string): string {
  let quoted = "";
  let at = 0;
  // Where one string or placeholder does not close, none behind it does.
  let stringsClose = true;
  let placeholdersClose = true;
  for (const { index } of text.matchAll(/"|\{\{/g)) {
    if (index < at) continue;
    if (text[index] === '"') {
      if (!stringsClose) continue;
      stringAt.lastIndex = index;
      stringsClose = stringAt.test(text);
      if (stringsClose) quoted += text.slice(at, stringAt.lastIndex);
      if (stringsClose) at = stringAt.lastIndex;
    } else if (placeholdersClose) {
      const end = text.indexOf("}}", index + 2);
      placeholdersClose = end >= 0;
      if (!placeholdersClose) continue;
      quoted += text.slice(at, index) + JSON.stringify(text.slice(index, end + 2));
      at = end + 2;
    }
  }
  quoted += text.slice(at);
  return quoted;
}
