import type { HeaderList } from "../base/transport.js";

/** What a header block is. Trailers of requests and responses obey the same rules. */
export const BlockKind = { REQUEST: 0, RESPONSE: 1, TRAILERS: 2 } as const;
export type BlockKind = (typeof BlockKind)[keyof typeof BlockKind];

/** What is known of a header list that was checked. */
export interface CheckedHeaders {
  readonly headers: HeaderList;
  readonly kind: BlockKind;
  /** Why the message is malformed; undefined when it is not. */
  readonly problem: string | undefined;
  /** The value of content-length; -1 when there is none. */
  readonly contentLength: number;
  /** The value of `:status`; 0 when there is none. */
  readonly status: number;
}

/** Fields that mean a connection of HTTP/1.1 (RFC 9113 section 8.2.2). */
const connectionFields: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** Pseudo-headers (RFC 9113 section 8.3), each with a bit of its own. */
const requestPseudo: ReadonlyMap<string, number> = new Map([
  [":method", 1],
  [":scheme", 2],
  [":path", 4],
  [":authority", 8],
]);
const responsePseudo: ReadonlyMap<string, number> = new Map([[":status", 1]]);
const noPseudo: ReadonlyMap<string, number> = new Map();
const pseudoOf: readonly ReadonlyMap<string, number>[] = [requestPseudo, responsePseudo, noPseudo];

/** Lists that come as the same array again are checked once; so many are remembered. */
const rememberedMax = 8;
const none: readonly CheckedHeaders[] = [];

/** Checks received header lists (RFC 9113 sections 8.2 and 8.3). One per connection. */
export class HeaderValidator {
  private remembered: CheckedHeaders[] | undefined;
  private next: number = 0;

  check(headers: HeaderList, kind: BlockKind): CheckedHeaders {
    for (const known of this.remembered ?? none) if (known.headers === headers && known.kind === kind) return known;
    const checked = checkHeaders(headers, kind);
    // Only a list that cannot change, which the decoder gives for blocks that repeat, is worth a place.
    if (Object.isFrozen(headers)) {
      this.remembered ??= [];
      this.remembered[this.next] = checked;
      this.next = (this.next + 1) % rememberedMax;
    }
    return checked;
  }
}

/** Checks one header list; see `CheckedHeaders`. */
export function checkHeaders(headers: HeaderList, kind: BlockKind): CheckedHeaders {
  const pseudo = pseudoOf[kind] as ReadonlyMap<string, number>;
  let seen = 0;
  let regular = false;
  let problem: string | undefined;
  let contentLength = -1;
  for (let i = 0; i + 1 < headers.length && problem === undefined; i += 2) {
    const name = headers[i] as string;
    const value = headers[i + 1] as string;
    if (name.charCodeAt(0) === 0x3a) {
      const bit = pseudo.get(name) ?? 0;
      problem = pseudoProblem(name, bit, seen, regular) ?? valueProblem(name, value);
      seen |= bit;
      continue;
    }
    regular = true;
    problem = nameProblem(name) ?? valueProblem(name, value) ?? connectionProblem(name, value);
    if (name !== "content-length" || problem !== undefined) continue;
    const length = /^[0-9]{1,15}$/.test(value) ? Number(value) : -1;
    if (length < 0 || (contentLength >= 0 && length !== contentLength)) problem = `content-length: ${value}`;
    contentLength = length;
  }
  problem ??= missingProblem(headers, kind, seen);
  const status = kind === BlockKind.RESPONSE && problem === undefined ? Number(find(headers, ":status")) : 0;
  return { headers, kind, problem, contentLength, status };
}

function pseudoProblem(name: string, bit: number, seen: number, regular: boolean): string | undefined {
  if (bit === 0) return `unexpected ${quote(name)}`;
  if (regular) return `${name} behind a regular field`;
  return (seen & bit) === 0 ? undefined : `${name} twice`;
}

/** Names are lower case and hold no blanks, controls, colons or bytes over 0x7e (RFC 9113 section 8.2.1). */
function nameProblem(name: string): string | undefined {
  if (name.length === 0) return "an empty field name";
  for (let i = 0; i < name.length; i++) {
    const char = name.charCodeAt(i);
    if (char > 0x20 && char < 0x7f && char !== 0x3a && !(char >= 0x41 && char <= 0x5a)) continue;
    return `field name ${quote(name)}`;
  }
  return undefined;
}

/** Values hold no NUL, CR or LF, and no blank at their ends (RFC 9113 section 8.2.1). */
function valueProblem(name: string, value: string): string | undefined {
  const { length } = value;
  if (length === 0) return undefined;
  if (isBlank(value.charCodeAt(0)) || isBlank(value.charCodeAt(length - 1)))
    return `a blank around the value of ${name}`;
  for (let i = 0; i < length; i++) {
    const char = value.charCodeAt(i);
    if (char === 0 || char === 0x0a || char === 0x0d) return `a control character in the value of ${name}`;
  }
  return undefined;
}

function isBlank(char: number): boolean {
  return char === 0x20 || char === 0x09;
}

function connectionProblem(name: string, value: string): string | undefined {
  if (connectionFields.has(name)) return `the connection-specific field ${name}`;
  return name === "te" && value !== "trailers" ? `te: ${quote(value)}` : undefined;
}

function missingProblem(headers: HeaderList, kind: BlockKind, seen: number): string | undefined {
  if (kind === BlockKind.TRAILERS) return undefined;
  if (kind === BlockKind.RESPONSE) {
    if (seen === 0) return "no :status";
    return /^[1-9][0-9][0-9]$/.test(find(headers, ":status") ?? "")
      ? undefined
      : "a :status that is no number of 3 digits";
  }
  if ((seen & 1) === 0) return "no :method";
  if (find(headers, ":method") === "CONNECT")
    return seen === 9 ? undefined : "a CONNECT request with other than :authority";
  if ((seen & 2) === 0) return "no :scheme";
  return (seen & 4) !== 0 && find(headers, ":path") !== "" ? undefined : "no :path";
}

function find(headers: HeaderList, name: string): string | undefined {
  for (let i = 0; i + 1 < headers.length; i += 2) if (headers[i] === name) return headers[i + 1];
  return undefined;
}

/** Text of a peer for a message: short, and without what could break a line. */
function quote(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}...` : text);
}
