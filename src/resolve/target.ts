/** A target, taken apart: `scheme:[//authority/]endpoint` (grpc/grpc `doc/naming.md`). */
export interface Target {
  /** As the user gave it. */
  readonly text: string;
  /** Lower case. */
  readonly scheme: string;
  /** What stands between `//` and the next slash; empty where there is none. */
  readonly authority: string;
  /** What the scheme reads: `host:port`, a path, a list of addresses. */
  readonly endpoint: string;
}

const schemePattern = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s;

/** The scheme of a target without one. */
const DEFAULT_SCHEME = "dns";

/**
 * Takes a target apart. A target whose scheme is not among `schemes` is read as `dns:` and the whole, since
 * `localhost:50051` looks like a scheme too.
 *
 * @returns the target, or a sentence that says what is wrong
 */
export function parseTarget(text: string, schemes: ReadonlySet<string>): Target | string {
  const match = schemePattern.exec(text);
  if (match === null) return { text, scheme: DEFAULT_SCHEME, authority: "", endpoint: text };
  const scheme = (match[1] as string).toLowerCase();
  const rest = match[2] as string;
  if (schemes.has(scheme)) return splitAuthority(text, scheme, rest);
  if (scheme === "http" || scheme === "https") {
    return `a target is no URL: write host:port${scheme === "https" ? " and set the option tls" : ""}`;
  }
  if (rest.startsWith("/")) return `the scheme "${scheme}" is not known; there are ${[...schemes].sort().join(", ")}`;
  return { text, scheme: DEFAULT_SCHEME, authority: "", endpoint: text };
}

function splitAuthority(text: string, scheme: string, rest: string): Target | string {
  if (!rest.startsWith("//")) return { text, scheme, authority: "", endpoint: rest };
  const slash = rest.indexOf("/", 2);
  if (slash < 0)
    return `"//" begins an authority, which a slash must end: ${scheme}:///${rest.slice(2)} has an empty one`;
  return { text, scheme, authority: rest.slice(2, slash), endpoint: rest.slice(slash + 1) };
}
