/** One test of a file, as a runner tells of it. */
export interface TestResult {
  readonly name: string;
  readonly result: "passed" | "failed" | "skipped";
  /** Where the runner gives one. */
  readonly message: string;
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function unescaped(text: string): string {
  return text.replace(/&(?:#(x?)([0-9a-fA-F]+)|(\w+));/g, (whole, hex: string, digits: string, name: string) => {
    if (name !== undefined) return entities[name] ?? whole;
    return String.fromCodePoint(Number.parseInt(digits, hex === "x" ? 16 : 10));
  });
}

function attribute(tag: string, name: string): string {
  return unescaped(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? "");
}

/**
 * The tests in JUnit XML as Node, Bun and Deno write it: test cases at any depth of suites, which are not counted. Deno
 * writes a suite as a test case, and those in it as `suite > test`; it is dropped unless it failed of itself.
 */
export function parseJunit(xml: string): TestResult[] {
  const results: TestResult[] = [];
  for (const [, tag = "", body = ""] of xml.matchAll(
    /<testcase\b((?:"[^"]*"|[^">])*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g,
  )) {
    const failure = /<(?:failure|error)\b((?:"[^"]*"|[^">])*)/.exec(body);
    const skipped = /<skipped\b/.test(body);
    results.push({
      name: attribute(tag, "name"),
      result: failure !== null ? "failed" : skipped ? "skipped" : "passed",
      message: failure === null ? "" : attribute(failure[1] ?? "", "message"),
    });
  }
  return results.filter(({ name, result, message }) => {
    const isSuite = results.some((other) => other.name.startsWith(`${name} > `));
    return !isSuite || (result === "failed" && !/^\d+ test steps? failed/.test(message));
  });
}
