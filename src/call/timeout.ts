/** Units of `grpc-timeout` in milliseconds (grpc/grpc `doc/PROTOCOL-HTTP2.md`, Timeout). */
const unitMs: { readonly [unit: string]: number } = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

const timeoutPattern = /^[0-9]{1,8}[HMSmun]$/;
const digitsMax = 99_999_999;

/**
 * The value of `grpc-timeout` for what is left of a deadline: in milliseconds (below one in microseconds), or in the next
 * unit that eight digits hold. Rounded up, so that a server never gives up before its client; a deadline that has passed
 * is sent as one nanosecond.
 */
export function formatTimeout(timeoutMs: number): string {
  if (!(timeoutMs > 0)) return "1n";
  const units: readonly [string, number][] = [
    ["m", 1],
    ["S", 1_000],
    ["M", 60_000],
    ["H", 3_600_000],
  ];
  if (timeoutMs < 1) return `${Math.ceil(timeoutMs * 1000)}u`;
  for (const [unit, ms] of units) {
    const count = Math.ceil(timeoutMs / ms);
    if (count <= digitsMax) return `${count}${unit}`;
  }
  return `${digitsMax}H`;
}

/** Milliseconds of a `grpc-timeout` that a peer sent, or undefined when it is not one. */
export function parseTimeout(text: string): number | undefined {
  if (!timeoutPattern.test(text)) return undefined;
  const unit = unitMs[text.charAt(text.length - 1)] as number;
  return Number(text.slice(0, -1)) * unit;
}
