import { staticNames } from "./static-table.js";

/**
 * What the encoder does with a field that no table has yet. The table is small and shared by all calls of a
 * connection: values that never come again would only push out those that do.
 */
export const Indexing = {
  /** Unknown names: the first value of a name goes into the table, another one when it comes twice in a row. */
  ordinary: 0,
  /** Few values, all of them worth an entry. */
  always: 1,
  /** A new value in every call: an entry is made once, for its name. */
  nameOnly: 2,
  /** Secrets: literals that no hop may put into a table (RFC 7541 section 7.1.3). */
  never: 3,
} as const;
export type Indexing = (typeof Indexing)[keyof typeof Indexing];

const always: readonly string[] = [
  ":authority",
  ":method",
  ":path",
  ":scheme",
  ":status",
  "accept-encoding",
  "content-encoding",
  "content-type",
  "grpc-accept-encoding",
  "grpc-encoding",
  "grpc-status",
  "te",
  "user-agent",
];

const nameOnly: readonly string[] = [
  "b3",
  "baggage",
  "content-length",
  "grpc-message",
  "grpc-previous-rpc-attempts",
  "grpc-retry-pushback-ms",
  "grpc-status-details-bin",
  "grpc-tags-bin",
  "grpc-timeout",
  "grpc-trace-bin",
  "idempotency-key",
  "traceparent",
  "tracestate",
  "x-cloud-trace-context",
  "x-request-id",
];

const never: readonly string[] = ["authorization", "cookie", "proxy-authorization", "set-cookie"];

/** What is known of a name beforehand: `first index in the static table << 2 | Indexing`. */
export const nameTraits: ReadonlyMap<string, number> = makeTraits();

function makeTraits(): ReadonlyMap<string, number> {
  const traits = new Map<string, number>();
  for (let index = staticNames.length - 1; index > 0; index--) traits.set(staticNames[index] as string, index << 2);
  const assign = (names: readonly string[], indexing: Indexing): void => {
    for (const name of names) traits.set(name, (traits.get(name) ?? 0) | indexing);
  };
  assign(always, Indexing.always);
  assign(nameOnly, Indexing.nameOnly);
  assign(never, Indexing.never);
  return traits;
}
