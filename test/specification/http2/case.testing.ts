import assert from "node:assert/strict";
import { ErrorCode } from "../../../src/base/transport.js";
import { errorCodeName } from "../../../src/http2/errors.js";
import { ACK, END_STREAM, ping } from "../../../src/http2/frames.testing.js";
import {
  codeOf,
  type FrameEvent,
  fieldOf,
  lastStreamOf,
  type PeerEvent,
  type RawPeer,
  Type,
  textOf,
} from "../raw-peer.testing.js";

/** Something to wait for before the rest is sent. */
export interface Wait {
  readonly wait: string;
  readonly fits: (frame: FrameEvent) => boolean;
}

export type Step = Uint8Array | Wait;

/** What a case looks for. `judge` sees each event: undefined goes on, "met" ends well, anything else says what is wrong. */
export interface Expectation {
  readonly name: string;
  /** Makes a judge for one run. */
  judge(): (event: PeerEvent) => string | undefined;
}

/**
 * One rule, as a frame script. Behind `send` each script asks with a PING whether the connection still lives, so that what must
 * not be answered is seen without waiting.
 */
export interface Case {
  /** Section of RFC 9113 (or "7541-..." for HPACK) and what is sent. */
  readonly name: string;
  /** The cases of h2spec that this one stands for; none for one of ours. */
  readonly h2spec?: string | readonly string[];
  /** Where RFC 9113 asks for something else than RFC 7540 did. */
  readonly changed?: string;
  readonly send: readonly Step[];
  readonly expect: Expectation;
}

const question = "alive?!?";

/** Sends the case's script over a connection whose handshake is done, and judges what comes back. */
export async function play(peer: RawPeer, { send, expect }: Case): Promise<void> {
  for (const step of send) {
    if (step instanceof Uint8Array) peer.send(step);
    else await peer.untilFrame(step.wait, step.fits);
  }
  peer.send(ping(question));
  const judge = expect.judge();
  for (;;) {
    const event = await peer.next(expect.name);
    const verdict = judge(event) ?? (event.kind === "closed" ? "the connection was closed" : undefined);
    if (verdict === "met") return;
    if (verdict !== undefined)
      assert.fail(`expected ${expect.name}, but ${verdict}; what came: ${peer.log.join(", ")}`);
  }
}

function isFrame(event: PeerEvent, type: number, streamId: number = 0): event is FrameEvent {
  return event.kind === "frame" && event.type === type && event.streamId === streamId;
}

/** The connection answered the PING behind the script: it lives. */
function isAlive(event: PeerEvent): boolean {
  return isFrame(event, Type.PING) && (event.flags & ACK) !== 0 && textOf(event) === question;
}

function names(codes: readonly number[]): string {
  return codes.map(errorCodeName).join(" or ");
}

/** A connection error (RFC 9113 section 5.4.1): GOAWAY with one of the codes, then the end of the connection. */
export function goaway(...codes: number[]): Expectation {
  return goawayAfter(undefined, ...codes);
}

/** As `goaway`, with the last stream that GOAWAY must tell. */
export function goawayAfter(lastStreamId: number | undefined, ...codes: number[]): Expectation {
  const name = `GOAWAY ${names(codes)} and the end of the connection`;
  const judge = (): ((event: PeerEvent) => string | undefined) => {
    let told = false;
    return (event) => {
      if (isAlive(event)) return "the connection lives on";
      if (event.kind === "closed") return told ? "met" : "it was closed without GOAWAY";
      if (!isFrame(event, Type.GOAWAY)) return undefined;
      if (!codes.includes(codeOf(event))) return `GOAWAY said ${errorCodeName(codeOf(event))}`;
      if (lastStreamId !== undefined && lastStreamOf(event) !== lastStreamId)
        return `GOAWAY told ${lastStreamOf(event)}`;
      told = true;
      return undefined;
    };
  };
  return { name, judge };
}

/** The connection is closed, with a GOAWAY or without one. */
export const close: Expectation = {
  name: "the end of the connection",
  judge: () => (event) => (isAlive(event) ? "the connection lives on" : event.kind === "closed" ? "met" : undefined),
};

/** The connection ends without an error, as one does that is not needed any more. It may answer PINGs until then. */
export const drained: Expectation = {
  name: "GOAWAY NO_ERROR and the end of the connection",
  judge: () => {
    let told = false;
    return (event) => {
      told ||= isFrame(event, Type.GOAWAY) && codeOf(event) === ErrorCode.NO_ERROR;
      return event.kind === "closed" && told ? "met" : undefined;
    };
  },
};

/** A stream error (RFC 9113 section 5.4.2): RST_STREAM with one of the codes, and the connection lives on. */
export function reset(streamId: number, ...codes: number[]): Expectation {
  const name = `RST_STREAM ${names(codes)} on stream ${streamId} and a connection that lives`;
  const judge = (): ((event: PeerEvent) => string | undefined) => {
    let told = false;
    return (event) => {
      if (isFrame(event, Type.GOAWAY)) return `GOAWAY ${errorCodeName(codeOf(event))} came`;
      if (isAlive(event)) return told ? "met" : "no RST_STREAM came";
      if (!isFrame(event, Type.RST_STREAM, streamId)) return undefined;
      // The server may say that it needs no more of the request, which is no error (RFC 9113 section 8.1).
      const code = codeOf(event);
      if (code === ErrorCode.NO_ERROR) return undefined;
      if (!codes.includes(code)) return `RST_STREAM said ${errorCodeName(code)}`;
      told = true;
      return undefined;
    };
  };
  return { name, judge };
}

/** The connection lives and no error was told. */
export const alive: Expectation = {
  name: "a connection that lives",
  judge: () => (event) => (isAlive(event) ? "met" : errorOf(event)),
};

/** What error a frame tells, as text. */
function errorOf(event: PeerEvent): string | undefined {
  if (event.kind !== "frame" || (event.type !== Type.GOAWAY && event.type !== Type.RST_STREAM)) return undefined;
  return `${event.type === Type.GOAWAY ? "GOAWAY" : "RST_STREAM"} ${errorCodeName(codeOf(event))} came`;
}

/** These frames come, in this order, and others may come in between, but no error. */
export function frames(name: string, ...wanted: ((frame: FrameEvent) => boolean)[]): Expectation {
  const judge = (): ((event: PeerEvent) => string | undefined) => {
    const left = [...wanted];
    let lives = false;
    return (event) => {
      if (event.kind !== "frame") return undefined;
      const error = errorOf(event);
      if (error !== undefined && !wanted.some((fits) => fits(event))) return error;
      lives ||= isAlive(event);
      if (left[0]?.(event) === true) left.shift();
      return left.length === 0 && lives ? "met" : undefined;
    };
  };
  return { name, judge };
}

/** A whole response: 200, and END_STREAM with it or later. */
export function answer(streamId: number): Expectation {
  const name = `a response on stream ${streamId}`;
  const judge = (): ((event: PeerEvent) => string | undefined) => {
    const inner = frames(name, isResponse(streamId)).judge();
    let answered = false;
    let ended = false;
    return (event) => {
      ended ||= event.kind === "frame" && endsStream(streamId)(event);
      const verdict = inner(event);
      if (verdict !== undefined && verdict !== "met") return verdict;
      answered ||= verdict === "met";
      return answered && ended ? "met" : undefined;
    };
  };
  return { name, judge };
}

export function isResponse(streamId: number): (frame: FrameEvent) => boolean {
  return (frame) => isFrame(frame, Type.HEADERS, streamId) && fieldOf(frame.list, ":status") === "200";
}

/** The frame that ends the other side of a stream. */
export function endsStream(streamId: number): (frame: FrameEvent) => boolean {
  return (frame) =>
    (isFrame(frame, Type.DATA, streamId) || isFrame(frame, Type.HEADERS, streamId)) && (frame.flags & END_STREAM) !== 0;
}

/** DATA of exactly this length, in bytes. */
export function isData(streamId: number, length: number): (frame: FrameEvent) => boolean {
  return (frame) => isFrame(frame, Type.DATA, streamId) && frame.payload.length === length;
}

export function isSettingsAck(frame: FrameEvent): boolean {
  return isFrame(frame, Type.SETTINGS) && (frame.flags & ACK) !== 0;
}

export function isPong(text: string): (frame: FrameEvent) => boolean {
  return (frame) => isFrame(frame, Type.PING) && frame.flags === ACK && textOf(frame) === text;
}

/** A PING is answered, and an ack is not. */
export function onlyPong(text: string, notAnswered: string): Expectation {
  const name = `PING ACK of ${JSON.stringify(text)} and none of ${JSON.stringify(notAnswered)}`;
  const judge = (): ((event: PeerEvent) => string | undefined) => {
    const inner = frames(name, isPong(text)).judge();
    return (event) => {
      const isOther = event.kind === "frame" && isPong(notAnswered)(event);
      return isOther ? "the ack was answered" : inner(event);
    };
  };
  return { name, judge };
}

/** Waits for a frame before the script goes on. */
export function wait(name: string, fits: (frame: FrameEvent) => boolean): Wait {
  return { wait: name, fits };
}

/** Waits for the end of the other side of a stream. */
export function waitForEnd(streamId: number): Wait {
  return wait(`the end of stream ${streamId}`, endsStream(streamId));
}
