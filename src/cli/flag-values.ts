import { InvalidArgumentError } from "commander";

const msPerUnit: Readonly<Record<string, number>> = { us: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Reads `500ms`, `10s`, `1.5m`, `1h`; gives milliseconds. For commander. */
export function durationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(us|ms|s|m|h)$/.exec(text);
  if (match === null) throw new InvalidArgumentError("Write a number with its unit: us, ms, s, m or h, as in 10s.");
  return Number(match[1]) * (msPerUnit[match[2] as string] as number);
}

/** Reads a duration that is not 0. For commander. */
export function positiveDurationMs(text: string): number {
  const ms = durationMs(text);
  if (ms <= 0) throw new InvalidArgumentError("It must be more than 0.");
  return ms;
}

/** Makes a reader of whole numbers in a range, for commander. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** Gathers an option that may be given several times, for commander. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** Reads `name: value` or `name=value` of metadata, for commander; may be given several times. */
export function collectMetadata(
  text: string,
  before: readonly (readonly [string, string])[] = [],
): (readonly [string, string])[] {
  const match = /^([0-9A-Za-z_.-]+)\s*[:=]\s*(.*)$/s.exec(text);
  if (match === null) throw new InvalidArgumentError("Write it as 'name: value'.");
  return [...before, [(match[1] as string).toLowerCase(), match[2] as string]];
}
