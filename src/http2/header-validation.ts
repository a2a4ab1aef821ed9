import type { HeaderListSizes } from "../base/header-list.js";
import type { HeaderList } from "../base/transport.js";

/** What a header block is. Trailers of requests and responses obey the same rules. */
export const BlockKind = { REQUEST: 0, RESPONSE: 1, TRAILERS: 2 } as const;
export type BlockKind = (typeof BlockKind)[keyof typeof BlockKind];

/** What is known of a header list that was checked. */
export interface CheckedHeaders {
  /** The list that came. */
  readonly source: HeaderList;
  /** The list without blanks around its values: the one that came where it has none. */
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
  private readonly rejectsBlanks: boolean;
  private remembered: CheckedHeaders[] | undefined;
  private next: number = 0;

  /** @param rejectsBlanks as `Http2Options.rejectOuterBlanks` */
  constructor(rejectsBlanks: boolean) {
    this.rejectsBlanks = rejectsBlanks;
  }

  check(headers: HeaderList, kind: BlockKind): CheckedHeaders {
    for (const known of this.remembered ?? none) if (known.source === headers && known.kind === kind) return known;
    const checked = checkHeaders(headers, kind, this.rejectsBlanks);
    // Only a list that cannot change, which the decoder gives for blocks that repeat, is worth a place.
    if (Object.isFrozen(headers)) {
      this.remembered ??= [];
      this.remembered[this.next] = checked;
      this.next = (this.next + 1) % rememberedMax;
    }
    return checked;
  }
}

/**
 * Checks one header list; see `CheckedHeaders`.
 *
 * @param rejectsBlanks whether a blank around a value is a fault (RFC 9113 section 8.2.1) or is dropped
 */
export function checkHeaders(source: HeaderList, kind: BlockKind, rejectsBlanks: boolean = false): CheckedHeaders {
  const headers = rejectsBlanks ? source : withoutOuterBlanks(source);
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
  if (kind === BlockKind.REQUEST) problem ??= requestProblem(headers);
  const status = kind === BlockKind.RESPONSE && problem === undefined ? Number(find(headers, ":status")) : 0;
  return { source, headers, kind, problem, contentLength, status };
}

/** Other stacks send and take blanks around values. Those of pseudo-headers are faults in any case. */
function withoutOuterBlanks(headers: HeaderList): HeaderList {
  let trimmed: string[] | undefined;
  for (let i = 1; i < headers.length; i += 2) {
    const value = headers[i] as string;
    if (value.length === 0 || !hasOuterBlank(value) || (headers[i - 1] as string).charCodeAt(0) === 0x3a) continue;
    trimmed ??= headers.slice();
    trimmed[i] = trimBlanks(value);
  }
  return trimmed === undefined ? headers : Object.freeze(trimmed);
}

function trimBlanks(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isBlank(value.charCodeAt(start))) start++;
  while (end > start && isBlank(value.charCodeAt(end - 1))) end--;
  return value.slice(start, end);
}

function hasOuterBlank(value: string): boolean {
  return isBlank(value.charCodeAt(0)) || isBlank(value.charCodeAt(value.length - 1));
}

/**
 * What two who read a request could take for two different requests (RFC 9113 sections 8.3.1 and 8.1.1): a second `host` or one of
 * another host than `:authority`, a second `content-type`; and pseudo-headers that name nothing.
 */
function requestProblem(headers: HeaderList): string | undefined {
  let host: string | undefined;
  let authority: string | undefined;
  let hasType = false;
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const value = headers[i + 1] as string;
    switch (headers[i]) {
      case ":scheme":
        if (value === "") return "an empty :scheme";
        break;
      case ":authority":
        if (/[ \t]/.test(value)) return `a blank in :authority ${quote(value)}`;
        authority = value;
        break;
      case "host":
        if (host !== undefined) return "host twice";
        host = value;
        break;
      case "content-type":
        if (hasType) return "content-type twice";
        hasType = true;
        break;
    }
  }
  if (host === undefined || authority === undefined || sameHost(host, authority)) return undefined;
  return `host ${quote(host)} beside :authority ${quote(authority)}`;
}

function sameHost(host: string, authority: string): boolean {
  return host === authority || host.toLowerCase() === authority.toLowerCase();
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
  if (hasOuterBlank(value)) return `a blank around the value of ${name}`;
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

/** What is wrong with a list for a peer that takes no more than so many bytes; undefined when nothing is. */
export function excessOf(headers: HeaderList, bytesMax: number, sizes: HeaderListSizes): string | undefined {
  if (bytesMax >= 0xffff_ffff) return undefined;
  const bytes = sizes.bytesOf(headers);
  return bytes <= bytesMax ? undefined : `header list of ${bytes} bytes, but the peer takes at most ${bytesMax}`;
}
