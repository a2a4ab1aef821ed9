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
/** Characters of one failure: errors of sockets carry whole certificates. */
const textMax = 4_000;

/**
 * A reporter for `node --test` that is silent about what passes: it prints each failure with its place and cause, tests
 * that took longer than two seconds, and node's own totals.
 */
export default async function* reporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of source) {
    if (type === "test:fail") yield failure(data);
    if (type === "test:pass" && data.details?.type !== "suite" && (data.details?.duration_ms ?? 0) > slowMs) {
      if (!data.name?.endsWith(".test.js")) {
        yield `slow: ${data.name} took ${Math.round(data.details?.duration_ms ?? 0)} ms (${data.file})\n`;
      }
    }
    if (type === "test:stderr") yield data.message ?? "";
    if (type === "test:diagnostic" && data.nesting === 0) yield `# ${data.message}\n`;
  }
}

/** A suite whose tests failed has nothing to say of its own. */
function failure(data: TestEvent["data"]): string {
  const error = data.details?.error;
  if (error instanceof Error && (error as { failureType?: unknown }).failureType === "subtestsFailed") return "";
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const text = inspect(cause, { depth: 2 }).slice(0, textMax).replace(/^/gm, "    ");
  return `\nFAILED ${data.name}\n  at ${data.file ?? "?"}:${data.line ?? 0}\n${text}\n`;
}
