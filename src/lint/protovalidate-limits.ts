import type { ReflectMessage } from "@bufbuild/protobuf/reflect";

/** Limits of which the first must be below the second. */
const pairs: readonly (readonly [least: string, most: string, exact: string | undefined])[] = [
  ["min_len", "max_len", "len"],
  ["min_bytes", "max_bytes", "len_bytes"],
  ["min_len", "max_bytes", undefined],
  ["min_items", "max_items", undefined],
  ["min_pairs", "max_pairs", undefined],
];

/** What the limits of the rules of one type say against each other. @param path names the rules, for messages */
export function limitFaults(rules: ReflectMessage, path: string): string[] {
  const set = new Map(rules.fields.filter((one) => rules.isSet(one)).map((one) => [one.name, rules.get(one)]));
  const faults: string[] = [];
  const others = [...set.keys()].filter((name) => name !== "const" && name !== "example");
  if (set.has("const") && others.length > 0)
    faults.push(`has ${path}.const, so other rules have no effect: ${others.join(", ")}`);
  for (const [least, most, exact] of pairs) {
    const [from, to] = [set.get(least), set.get(most)] as [bigint | undefined, bigint | undefined];
    if (from !== undefined && to !== undefined && from > to)
      faults.push(`has ${path}.${least} = ${from} above ${most} = ${to}, which nothing meets`);
    if (from !== undefined && from === to && exact !== undefined)
      faults.push(`has ${path}.${least} and ${most} alike: write ${exact}`);
    if (exact === undefined || !set.has(exact)) continue;
    for (const name of [least, most]) if (set.has(name)) faults.push(`has ${path}.${exact}, so ${name} has no effect`);
  }
  return [...faults, ...rangeFaults(set, path)];
}

/** A lower limit above the upper one means what is outside of both; two that are alike mean nothing, or one value. */
function rangeFaults(set: ReadonlyMap<string, unknown>, path: string): string[] {
  const isAlike = (a: string, b: string): boolean => {
    const [x, y] = [comparable(set.get(a)), comparable(set.get(b))];
    return x !== undefined && x === y;
  };
  if (isAlike("gte", "lte")) return [`has ${path}.gte and lte alike: write const`];
  for (const [low, high] of [
    ["gt", "lt"],
    ["gt", "lte"],
    ["gte", "lt"],
  ] as const) {
    if (isAlike(low, high)) return [`has ${path}.${low} and ${high} alike, which nothing meets`];
  }
  return [];
}

/** Of a Duration and a Timestamp nanoseconds. */
function comparable(value: unknown): number | bigint | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value;
  const { message } = (value ?? {}) as Partial<ReflectMessage>;
  if (message === undefined) return undefined;
  const { seconds, nanos } = message as unknown as { readonly seconds?: unknown; readonly nanos?: unknown };
  if (typeof seconds !== "bigint" || typeof nanos !== "number") return undefined;
  return seconds * 1_000_000_000n + BigInt(nanos);
}
