/**
 * How many cases each group of h2spec has (github.com/summerwind/h2spec, af83a65 of June 2022). The version that the Go proxy has,
 * 2.2.1, lacks hpack/2.3.3/2 only.
 */
export const expectedCounts: {
  readonly server: Readonly<Record<string, number>>;
  readonly client: Readonly<Record<string, number>>;
} = {
  server: parse(
    "generic/1:1 generic/2:5 generic/3.1:3 generic/3.2:3 generic/3.3:5 generic/3.4:1 generic/3.5:1 generic/3.7:1 generic/3.8:1 " +
      "generic/3.9:2 generic/3.10:2 generic/4:4 generic/5:15 http2/3.5:2 http2/4.1:3 http2/4.2:3 http2/4.3:3 http2/5.1:13 " +
      "http2/5.1.1:2 http2/5.1.2:1 http2/5.3.1:2 http2/5.4.1:2 http2/5.5:2 http2/6.1:3 http2/6.2:4 http2/6.3:2 http2/6.4:3 " +
      "http2/6.5:3 http2/6.5.2:5 http2/6.5.3:2 http2/6.7:4 http2/6.8:1 http2/6.9:3 http2/6.9.1:3 http2/6.9.2:3 http2/6.10:6 " +
      "http2/7:2 http2/8.1:1 http2/8.1.2:1 http2/8.1.2.1:4 http2/8.1.2.2:2 http2/8.1.2.3:7 http2/8.1.2.6:2 http2/8.2:1 " +
      "hpack/2.3.3:2 hpack/4.2:1 hpack/5.2:3 hpack/6.1:1 hpack/6.3:1",
  ),
  client: parse(
    "client/1:1 client/4.1:3 client/4.2:3 client/4.3:1 client/5.1:10 client/5.1.1:1 client/5.4.1:2 client/5.5:1 client/6.1:3 " +
      "client/6.2:3 client/6.3:2 client/6.4:3 client/6.5:3 client/6.5.2:4 client/6.5.3:1 client/6.7:4 client/6.8:1 client/6.9:3 " +
      "client/6.9.1:2 client/6.10:6",
  ),
};

function parse(text: string): Record<string, number> {
  return Object.fromEntries(
    text.split(" ").map((entry) => {
      const [group = "", count = ""] = entry.split(":");
      return [group, Number(count)];
    }),
  );
}

/** Counts identifiers such as `http2/5.1/12` by their group, and asks that those of a group are numbered from 1. */
export function countsOf(ids: readonly string[]): Record<string, number> {
  const numbers = new Map<string, number[]>();
  for (const id of ids) {
    const slash = id.lastIndexOf("/");
    const group = id.slice(0, slash);
    numbers.set(group, [...(numbers.get(group) ?? []), Number(id.slice(slash + 1))]);
  }
  const counts: Record<string, number> = {};
  for (const [group, found] of numbers) {
    found.sort((a, b) => a - b);
    if (found.some((number, index) => number !== index + 1)) throw new Error(`${group} has cases ${found.join(", ")}`);
    counts[group] = found.length;
  }
  return counts;
}
