import { inspect } from "node:util";

/** The events of `node:test` that this reporter looks at. */
interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly name?: string;
    readonly file?: string;
    readonly line?: number;
    readonly nesting?: number;
    readonly message?: string;
    readonly details?: { readonly duration_ms?: number; readonly error?: unknown; readonly type?: string };
  };
}

const slowMs = 2_000;
/** Files that are listed at the end. */
const slowestCount = 10;
/** Characters of one failure: errors of sockets carry whole certificates. */
const textMax = 4_000;

/**
 * A reporter for `node --test` that is silent about what passes: it prints each failure with its place and cause, tests
 * that took longer than two seconds, the files that took longest, and node's own totals.
 */
export default async function* reporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files: { name: string; ms: number }[] = [];
  for await (const { type, data } of source) {
    if (isFile({ type, data })) files.push({ name: data.name ?? "?", ms: data.details?.duration_ms ?? 0 });
    if (type === "test:fail") yield failure(data);
    if (type === "test:pass" && data.details?.type !== "suite" && (data.details?.duration_ms ?? 0) > slowMs) {
      if (!data.name?.endsWith(".test.js")) {
        yield `slow: ${data.name} took ${Math.round(data.details?.duration_ms ?? 0)} ms (${data.file})\n`;
      }
    }
    if (type === "test:stderr") yield data.message ?? "";
    if (type === "test:diagnostic" && data.nesting === 0) yield `# ${data.message}\n`;
  }
  yield slowest(files);
}

/** The suite that `group.ts` makes of a file. */
function isFile({ type, data }: TestEvent): boolean {
  const ended = type === "test:pass" || type === "test:fail";
  return ended && data.nesting === 0 && data.details?.type === "suite" && (data.name?.endsWith(".test.js") ?? false);
}

function slowest(files: { name: string; ms: number }[]): string {
  const longest = files.sort((a, b) => b.ms - a.ms).slice(0, slowestCount);
  return longest.map(({ name, ms }) => `${(ms / 1000).toFixed(1).padStart(6)} s  ${name}\n`).join("");
}

/** A suite whose tests failed has nothing to say of its own. */
function failure(data: TestEvent["data"]): string {
  const error = data.details?.error;
  if (error instanceof Error && (error as { failureType?: unknown }).failureType === "subtestsFailed") return "";
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const text = inspect(cause, { depth: 2 }).slice(0, textMax).replace(/^/gm, "    ");
  return `\nFAILED ${data.name}\n  at ${data.file ?? "?"}:${data.line ?? 0}\n${text}\n`;
}
