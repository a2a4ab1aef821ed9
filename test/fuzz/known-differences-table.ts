import { FrameType, readUint31 } from "../../src/http2/frame/frame-header.js";
import { FrameCutter } from "../simulation/frame-cutter.js";
import { ReferenceDecoder } from "../simulation/reference-hpack.js";
import type { WireVerdict } from "./verdict.js";

/** What was sent, and what both ends made of it. */
export interface SeenDifference {
  /** The frames, as `describeFrames` shows them. */
  readonly text: string;
  readonly frames: readonly Uint8Array[];
  readonly ours: WireVerdict;
  readonly theirs: WireVerdict;
  /** What each end says of the stream in question. */
  readonly our: string;
  readonly their: string;
}

/** Where Node and we are known to differ, and who is right by which section. */
export interface KnownDifference {
  readonly scope: "connection" | "stream";
  readonly reason: string;
  matches(seen: SeenDifference, streamId: number): boolean;
}

/** The reason of a difference, or undefined when nobody knows one. */
export function reasonFor(
  table: readonly KnownDifference[],
  scope: "connection" | "stream",
  seen: SeenDifference,
  streamId: number = 0,
): string | undefined {
  return table.find((one) => one.scope === scope && one.matches(seen, streamId))?.reason;
}

type Field = readonly [name: string, value: string];

/** All fields that were sent on a stream, as far as they can be decoded. */
function fieldsOf({ frames }: SeenDifference, streamId: number): Field[] {
  const found: Field[] = [];
  const decoder = new ReferenceDecoder(4_096);
  let fragments: Uint8Array[] = [];
  for (const { type, flags, streamId: id, payload } of new FrameCutter(0).push(Buffer.concat(frames))) {
    if (type !== FrameType.HEADERS && type !== FrameType.CONTINUATION) continue;
    const padding = (flags & 8) === 0 || type !== FrameType.HEADERS ? 0 : (payload[0] ?? 0);
    const start = type === FrameType.HEADERS ? ((flags & 8) === 0 ? 0 : 1) + ((flags & 0x20) === 0 ? 0 : 5) : 0;
    fragments.push(payload.subarray(start, Math.max(start, payload.length - padding)));
    if ((flags & 4) === 0) continue;
    try {
      const fields = decoder.decode(Buffer.concat(fragments));
      if (id === streamId) found.push(...fields);
    } catch {
      return found;
    }
    fragments = [];
  }
  return found;
}

const token = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const forbiddenValue = /[\0\r\n]|^[ \t]|[ \t]$/;

/** RFC 9113 section 8.2.1 calls it malformed. */
function isForbidden([name, value]: Field): boolean {
  const plain = name.replace(/^:/, "");
  return plain === "" || /[^\x21-\x7e]|[A-Z:]/.test(plain) || forbiddenValue.test(value);
}

/** Only RFC 9110 calls it wrong, in what is no matter of HTTP/2. */
export function isOdd([name, value]: Field): boolean {
  if (!token.test(name.replace(/^:/, ""))) return true;
  if (name === ":method") return !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(value);
  if (name === ":path" && !value.startsWith("/")) return true;
  if (name === ":scheme" && !/^[A-Za-z][A-Za-z0-9+.-]*$/.test(value)) return true;
  if ((name === "host" || name === ":authority") && !/^[\w.~!$&'()*+,;=:@%[\]-]+$/.test(value)) return true;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\x00-\x08\x0a-\x1f\x7f]/.test(value) || (name.startsWith(":") && /[^\x21-\x7e]/.test(value));
}

function lacksAuthority(seen: SeenDifference, id: number): boolean {
  return !fieldsOf(seen, id).some(([name]) => name === ":authority" || name === "host");
}

/** Any frame with this name that has another length. */
function has(text: string, name: string, more: RegExp = /./): boolean {
  return text.split("; ").some((part) => part.startsWith(`${name} `) && more.test(part));
}

const padded: readonly number[] = Array.from({ length: 256 }, (_, flags) => flags).filter((flags) => (flags & 8) !== 0);
const paddedFlags = new RegExp(`flags=(${padded.join("|")}) `);

const both: readonly KnownDifference[] = [
  {
    scope: "connection",
    reason: "a limit of ours, of frames without effect or of resets (RFC 9113 section 10.5); Node has others",
    matches: ({ ours }) => ours.connection === "ENHANCE_YOUR_CALM",
  },
  {
    scope: "connection",
    reason:
      "entries of SETTINGS are processed in order (RFC 9113 section 6.5.3); of entries with one identifier Node takes the last",
    matches: ({ ours, theirs, frames }) =>
      (ours.connection === "FLOW_CONTROL_ERROR" || ours.connection === "PROTOCOL_ERROR") &&
      theirs.connection === "open" &&
      hasSettingTwice(frames),
  },
  {
    scope: "connection",
    reason:
      "frames behind a reset of ours are ignored (RFC 9113 section 5.1); for Node they are an error of the connection",
    matches: ({ ours, theirs }) =>
      ours.connection === "open" && theirs.connection === "STREAM_CLOSED" && [...ours.streams.values()].some(isError),
  },
  {
    scope: "connection",
    reason: "a GOAWAY with an error does not end what the other side does (RFC 9113 section 6.8); Node closes at once",
    matches: ({ ours, text }) => ours.connection === "open" && has(text, "GOAWAY"),
  },
  {
    scope: "connection",
    reason:
      "Node ends a connection for an ack that nobody waits for; RFC 9113 sections 6.5.3 and 6.7 do not ask for that",
    matches: ({ ours, text }) =>
      ours.connection === "open" &&
      (has(text, "SETTINGS", /flags=\d*[13579] length=0/) || has(text, "PING", /flags=\d*[13579] /)),
  },
  {
    scope: "connection",
    reason:
      "Node judges some frames by their header before they are whole, and header blocks piece by piece; we wait for them",
    matches: ({ ours, text }) => ours.connection === "open" && / cut$/.test(text),
  },
  {
    scope: "connection",
    reason: "a frame over the limit is refused by its header (RFC 9113 section 4.2); Node waits for more of some",
    matches: ({ ours, text }) => ours.connection === "FRAME_SIZE_ERROR" && / cut$/.test(text),
  },
  {
    scope: "connection",
    reason:
      "PRIORITY of a wrong length is an error of the stream (RFC 9113 section 6.3); Node makes it one of the connection",
    matches: ({ theirs, text }) => theirs.connection !== "open" && has(text, "PRIORITY", /length=(?!5$)/),
  },
  {
    scope: "connection",
    reason:
      "Node knows settings of extensions (RFC 8441 section 3, RFC 9218 section 2.1) and what values they take; we ignore them",
    matches: ({ ours, frames }) => ours.connection === "open" && hasSetting(frames, (id) => id > 6),
  },
  {
    scope: "connection",
    reason:
      "frames on a stream that both sides have ended are an error of the connection (RFC 9113 section 5.1); Node ignores them",
    matches: ({ ours, theirs }) => ours.connection === "STREAM_CLOSED" && theirs.connection === "open",
  },
  {
    scope: "connection",
    reason:
      "a header block that is not complete is decoded by Node as far as it goes; we decode whole ones (RFC 9113 section 4.3)",
    matches: ({ ours, text }) =>
      ours.connection === "open" && /(HEADERS|CONTINUATION) id=\d+ flags=\d+ length=\d+$/.test(text),
  },
  {
    scope: "stream",
    reason:
      "a malformed field makes its message malformed (RFC 9113 section 8.2.1); Node leaves the field out and goes on",
    matches: (seen, id) => isError(seen.our) && !isError(seen.their) && fieldsOf(seen, id).some(isForbidden),
  },
  {
    scope: "stream",
    reason: "a header block in a frame that is not whole is decoded by Node as far as it goes",
    matches: ({ our, text }) => our === "silent" && /(HEADERS|CONTINUATION) [^;]* cut$/.test(text),
  },
  {
    scope: "connection",
    reason:
      "too much padding is an error of the connection on any stream (RFC 9113 section 6.1); Node ignores closed ones",
    matches: ({ ours, theirs, text }) =>
      ours.connection === "PROTOCOL_ERROR" && theirs.connection === "open" && has(text, "DATA", paddedFlags),
  },
  {
    scope: "connection",
    reason: "our handler has answered, and the stream is over, when a WINDOW_UPDATE comes; Node's is called later",
    matches: ({ ours, frames }) =>
      ours.connection === "open" && updates(frames).some((id) => ours.streams.get(id) === "answered"),
  },
];

export const knownServerDifferences: readonly KnownDifference[] = [
  ...both,
  {
    scope: "stream",
    reason:
      "we send no header list that the peer said it would not take (RFC 9113 section 6.5.2); Node sends it all the same",
    matches: ({ our, frames }) => our === "INTERNAL_ERROR" && hasSetting(frames, (setting) => setting === 6),
  },
  {
    scope: "connection",
    reason:
      "HEADERS on a lower id than one before is an error of the connection (RFC 9113 section 5.1.1); Node ignores it",
    matches: ({ ours, theirs, text }) =>
      ours.connection === "PROTOCOL_ERROR" && theirs.connection === "open" && goesBack(text),
  },
  {
    scope: "stream",
    reason:
      "Node asks for :authority or host, and for tokens in names and :method (RFC 9110); gRPC looks at those itself",
    matches: (seen, id) =>
      isError(seen.their) && !isError(seen.our) && (lacksAuthority(seen, id) || fieldsOf(seen, id).some(isOdd)),
  },
  {
    scope: "stream",
    reason:
      "frames on a stream that its peer reset are an error of the stream (RFC 9113 section 5.1); Node ignores them",
    matches: ({ our, their, text }, id) =>
      our === "STREAM_CLOSED" && their === "silent" && has(text, "RST_STREAM", new RegExp(`id=${id} `)),
  },
  {
    scope: "stream",
    reason: "our handler has answered when a reset or a smaller window comes, that of Node is called later",
    matches: ({ our, their, text, frames }, id) =>
      our === "answered" &&
      their !== "answered" &&
      (has(text, "RST_STREAM", new RegExp(`id=${id} `)) || hasSetting(frames, (setting) => setting === 4)),
  },
];

export const knownClientDifferences: readonly KnownDifference[] = [
  ...both,
  {
    scope: "stream",
    reason:
      "Node refuses content behind 204 and 304 (RFC 9110 section 15.3.5); for gRPC any status but 200 is an error anyway",
    matches: (seen, id) =>
      seen.their === "error" &&
      fieldsOf(seen, id).some(([name, value]) => name === ":status" && (value === "204" || value === "304")),
  },
  {
    scope: "connection",
    reason:
      "after a GOAWAY a connection whose last stream is done is closed (RFC 9113 section 6.8); Node does that later",
    matches: ({ ours, theirs, text }) =>
      ours.connection === "closed" && theirs.connection === "open" && has(text, "GOAWAY"),
  },
  {
    scope: "stream",
    reason: "a :status is three digits from 100 on (RFC 9110 section 15); Node takes 000",
    matches: (seen, id) =>
      seen.our === "error" &&
      fieldsOf(seen, id).some(([name, value]) => name === ":status" && !/^[1-9][0-9][0-9]$/.test(value)),
  },
  {
    scope: "connection",
    reason:
      "DATA before a response is a malformed response, an error of the stream (RFC 9113 section 8.1.1); for Node of the connection",
    matches: ({ ours, theirs, text }) =>
      ours.connection === "open" && theirs.connection === "PROTOCOL_ERROR" && hasEarlyData(text),
  },
  {
    scope: "connection",
    reason:
      "Node reads ALTSVC and ORIGIN (RFC 7838 section 4, RFC 8336); for us they are unknown types, which are ignored",
    matches: ({ ours, text }) => ours.connection === "open" && (has(text, "TYPE_10") || has(text, "TYPE_12")),
  },
  {
    scope: "connection",
    reason:
      "any PUSH_PROMISE is an error where ENABLE_PUSH is 0 (RFC 9113 section 8.4); Node waits for the end of its block",
    matches: ({ ours, text }) => ours.connection === "PROTOCOL_ERROR" && has(text, "PUSH_PROMISE"),
  },
  {
    scope: "stream",
    reason: "a reset with NO_ERROR ends no response (RFC 9113 section 8.1); for Node it does",
    matches: ({ our, their, text }, id) =>
      our === "error" && their === "answered" && has(text, "RST_STREAM", new RegExp(`id=${id} `)),
  },
];

/** Streams that a WINDOW_UPDATE came for. */
function updates(frames: readonly Uint8Array[]): number[] {
  const all = new FrameCutter(0).push(Buffer.concat(frames));
  return all.flatMap(({ type, streamId, payload }) =>
    type === FrameType.WINDOW_UPDATE && payload.length === 4 ? [streamId] : [],
  );
}

function isError(verdict: string): boolean {
  return verdict !== "answered" && verdict !== "silent";
}

function hasSetting(frames: readonly Uint8Array[], matches: (id: number) => boolean): boolean {
  for (const { type, payload } of new FrameCutter(0).push(Buffer.concat(frames))) {
    if (type !== FrameType.SETTINGS) continue;
    for (let at = 0; at + 6 <= payload.length; at += 6) if (matches(readUint31(payload, at) >>> 16)) return true;
  }
  return false;
}

/** Some SETTINGS has two entries with the same identifier. */
function hasSettingTwice(frames: readonly Uint8Array[]): boolean {
  return new FrameCutter(0).push(Buffer.concat(frames)).some(({ type, payload }) => {
    if (type !== FrameType.SETTINGS) return false;
    const ids: number[] = [];
    for (let at = 0; at + 6 <= payload.length; at += 6) ids.push(readUint31(payload, at) >>> 16);
    return new Set(ids).size < ids.length;
  });
}

/** Some DATA answers a request of which no HEADERS came before. */
function hasEarlyData(text: string): boolean {
  const begun = new Set<string>();
  for (const part of text.split("; ")) {
    const [, name, id = ""] = /^(\w+) id=(\d+)/.exec(part) ?? [];
    if (name === "HEADERS") begun.add(id);
    else if (name === "DATA" && /^[1357]$/.test(id) && !begun.has(id)) return true;
  }
  return false;
}

/** Some HEADERS has a lower id than one before. */
function goesBack(text: string): boolean {
  let highest = 0;
  for (const part of text.split("; ")) {
    const id = Number(/^HEADERS id=(\d+)/.exec(part)?.[1] ?? 0);
    if (id > 0 && id < highest) return true;
    highest = Math.max(highest, id);
  }
  return false;
}
