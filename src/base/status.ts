/**
 * The status codes of gRPC (grpc/grpc `doc/statuscodes.md`). A plain object, so that it can be
 * compared, printed and used as a type: `Status.NOT_FOUND`, `type Status`.
 */
export const Status = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

/** One of the seventeen status codes, 0 to 16. */
export type Status = (typeof Status)[keyof typeof Status];

/** The name of a status code, in order of the code. */
const names: readonly string[] = Object.keys(Status);

/**
 * The name of a status code, as the gRPC documents spell it.
 *
 * @param code any number that a peer sent; one outside 0..16 gives `CODE_<n>`
 */
export function statusName(code: number): string {
  return names[code] ?? `CODE_${code}`;
}

/**
 * Makes any number that a peer sent a status code: one that gRPC does not define counts as UNKNOWN
 * (`doc/statuscodes.md`).
 */
export function toStatus(code: number): Status {
  return Number.isInteger(code) && code >= 0 && code <= 16 ? (code as Status) : Status.UNKNOWN;
}
