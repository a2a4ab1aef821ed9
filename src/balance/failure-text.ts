/** Reasons that one error names; the rest is counted. */
const reasonsMax = 3;
/** Longest reason that is quoted whole. */
const reasonLength = 300;

/**
 * One text for the failures of many addresses: each reason once, the first few, and how many more there are. It is in the
 * error of each call, so its length must not grow with the number of addresses.
 */
export function joinReasons(messages: readonly string[]): string {
  const unique = new Set(messages);
  const texts: string[] = [];
  for (const reason of unique) {
    if (texts.length === reasonsMax) break;
    texts.push(reason.length > reasonLength ? `${reason.slice(0, reasonLength)}...` : reason);
  }
  const left = unique.size - texts.length;
  if (left > 0) texts.push(`and ${left} more of ${messages.length} addresses failed`);
  return texts.join("; ");
}
