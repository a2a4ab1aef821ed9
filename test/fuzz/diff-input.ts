import { FrameType, readUint31 } from "../../src/http2/frame/frame-header.js";
import {
  block,
  bytesOf,
  data,
  frame,
  goaway,
  headers,
  ping,
  preface,
  rst,
  settings,
  settingsAck,
  trailers,
  windowUpdate,
} from "../../src/http2/frames.testing.js";
import type { SeededRandom } from "../simulation/seeded-random.js";
import { mutateFrames } from "./mutate-frames.js";

/** A handful of requests in plain frames, each of them a step. */
export function requestFrames(random: SeededRandom): Uint8Array[] {
  const frames: Uint8Array[] = [settings(4, random.pick([65_535, 100_000])), settingsAck];
  for (let id = 1; id <= 2 * random.int(1, 4); id += 2) {
    const list = [":method", "POST", ":scheme", "http", ":path", "/a", ":authority", "x", "x-name", "value"];
    const shape = random.int(0, 4);
    if (shape === 0) frames.push(headers(id, list, 1));
    else if (shape === 1) frames.push(headers(id, list), data(id, random.int(0, 50), 1));
    else if (shape === 2) frames.push(headers(id, list), data(id, 9), headers(id, ["x-trailer", "v"], 1));
    else if (shape === 3) {
      const whole = block(list);
      const cut = random.int(0, whole.length);
      frames.push(
        frame(FrameType.HEADERS, 1, id, whole.subarray(0, cut)),
        frame(FrameType.CONTINUATION, 4, id, whole.subarray(cut)),
      );
    } else frames.push(headers(id, list), rst(id, 8));
    if (random.chance(0.2)) frames.push(ping());
    if (random.chance(0.2)) frames.push(windowUpdate(random.pick([0, id]), 100));
  }
  return frames;
}

/** The answers to so many requests. */
export function responseFrames(random: SeededRandom, requestCount: number): Uint8Array[] {
  const frames: Uint8Array[] = [settings(3, 100), settingsAck];
  for (let id = 1; id <= 2 * requestCount; id += 2) {
    const list = [":status", "200", "x-name", "value"];
    const shape = random.int(0, 4);
    if (random.chance(0.15)) frames.push(headers(id, [":status", "103"]));
    if (shape === 0) frames.push(headers(id, list, 1));
    else if (shape === 1) frames.push(headers(id, list), data(id, random.int(0, 50), 1));
    else if (shape === 2) frames.push(headers(id, list), data(id, 9), headers(id, trailers, 1));
    else if (shape === 3) frames.push(headers(id, list), rst(id, random.int(0, 13)));
    else frames.push(headers(id, list), data(id, 3));
    if (random.chance(0.1)) frames.push(ping());
  }
  if (random.chance(0.1)) frames.push(goaway(2 * requestCount - 1, 0));
  return frames;
}

/** One or two changes: with more, only the first that is an error says anything. */
export function changed(frames: readonly Uint8Array[], random: SeededRandom): Uint8Array[] {
  if (random.chance(0.05)) return [...frames];
  // What comes before the first SETTINGS is an error at once.
  if (random.chance(0.05)) return mutateFrames(frames, random, frames, 2);
  return [...frames.slice(0, 1), ...mutateFrames(frames.slice(1), random, frames, 2)];
}

export function withPreface(frames: readonly Uint8Array[]): Uint8Array[] {
  return [preface, ...frames];
}

/** Frames as text: what a difference is looked up by, and what people read. */
export function describeFrames(steps: readonly Uint8Array[]): string {
  const whole = bytesOf(...steps);
  const parts: string[] = [];
  for (let at = 0; at + 9 <= whole.length; ) {
    const view = new DataView(whole.buffer, whole.byteOffset + at);
    const length = view.getUint16(0) * 256 + view.getUint8(2);
    const names = [
      "DATA",
      "HEADERS",
      "PRIORITY",
      "RST_STREAM",
      "SETTINGS",
      "PUSH_PROMISE",
      "PING",
      "GOAWAY",
      "WINDOW_UPDATE",
      "CONTINUATION",
    ];
    const type = view.getUint8(3);
    const cut = at + 9 + length > whole.length ? " cut" : "";
    parts.push(
      `${names[type] ?? `TYPE_${type}`} id=${readUint31(whole, at + 5)} flags=${view.getUint8(4)} length=${length}${cut}`,
    );
    at += 9 + length;
  }
  return parts.join("; ");
}
