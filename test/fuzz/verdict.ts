import type { SeenFrame } from "./protocol-rules.js";

/** What an end made of the bytes that it was sent, as far as both of two ends can be asked for it. */
export interface WireVerdict {
  /** How the connection stands: `open`, `closed` without an error, or the code of a GOAWAY. */
  readonly connection: string;
  /** Each stream that was answered: `answered`, or the code of its RST_STREAM; without those that nothing was said of. */
  readonly streams: ReadonlyMap<number, string>;
}

const codes: readonly string[] = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED",
];

export function codeName(code: number): string {
  return codes[code] ?? String(code);
}

/** Reads a verdict off the frames that a server sent. */
export function verdictOfServer(frames: readonly SeenFrame[], closed: boolean): WireVerdict {
  const streams = new Map<number, string>();
  let connection = closed ? "closed" : "open";
  for (const { type, flags, id, payload } of frames) {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    if (type === 7) {
      const code = view.getUint32(4);
      if (code !== 0) connection = codeName(code);
    } else if (type === 3) {
      const code = view.getUint32(0);
      // After a whole answer a reset says only that the rest of the request is not needed.
      if (streams.get(id) !== "answered") streams.set(id, codeName(code));
    } else if ((type === 0 || type === 1) && (flags & 1) !== 0) streams.set(id, "answered");
  }
  return { connection, streams };
}
