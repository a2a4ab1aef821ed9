import { InvalidArgumentError } from "commander";

const msPerUnit: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const bytesPerUnit: Readonly<Record<string, number>> = { "": 1, KiB: 1_024, MiB: 1_048_576, GiB: 1_073_741_824 };

/** Reads a time such as `500ms`, `10s`, `1.5m`; gives milliseconds. For commander. */
export function readTime(text: string): number {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const ms = Number(digits) * (msPerUnit[unit] ?? Number.NaN);
  if (ms > 0) return ms;
  throw new InvalidArgumentError("Write a number above 0 with its unit ms, s, m or h, as in 500ms or 10s.");
}

/** Reads a size such as `4194304` or `16MiB`; gives bytes. For commander. */
export function readBytes(text: string): number {
  const [, digits, unit = ""] = /^(\d+)(KiB|MiB|GiB)?$/.exec(text) ?? [];
  const bytes = Number(digits) * (bytesPerUnit[unit] ?? Number.NaN);
  if (bytes <= 0xffffffff) return bytes;
  throw new InvalidArgumentError("Write a number of bytes below 4 GiB, or with a unit, as in 16MiB.");
}

/** Makes a reader of whole numbers in a range. For commander. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** Gathers an option that may be given several times. For commander. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** Reads `name: value` of a header, and gathers several. For commander. */
export function collectHeader(
  text: string,
  before: readonly (readonly [string, string])[] = [],
): readonly (readonly [string, string])[] {
  const [head, name] = /^\s*([^\s:=]+)\s*:/.exec(text) ?? [];
  if (name === undefined || head === undefined) throw new InvalidArgumentError('Write it as "name: value".');
  return [...before, [name.toLowerCase(), text.slice(head.length).trim()]];
}
