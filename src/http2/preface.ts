import { Flag, FrameType, frameHeaderBytes, readUint31 } from "./frame/frame-header.js";
import { printable } from "./frame/goaway.js";

/** What a client sends first (RFC 9113 section 3.4). */
export const clientPreface: string = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** So many bytes are awaited before a wrong beginning is refused, so that it can be told what the peer speaks. */
const guessBytes = 8;

/**
 * Looks at the first bytes of a connection: a client's preface at a server, the header of a SETTINGS frame at a client. What
 * comes instead is mostly another protocol, and its name helps more than "protocol error".
 */
export class PrefaceReader {
  /** What is wrong with what came; undefined while nothing is. */
  problem: string | undefined;
  /** True when another protocol was recognised: the peer would not understand a GOAWAY. */
  foreign: boolean = false;
  private readonly server: boolean;
  private readonly held: Uint8Array;
  private count: number = 0;

  constructor(server: boolean) {
    this.server = server;
    this.held = new Uint8Array(server ? clientPreface.length : frameHeaderBytes);
  }

  /**
   * Takes the next bytes.
   *
   * @returns the bytes from which frames are to be read; undefined when the beginning is not complete, or wrong
   */
  read(chunk: Uint8Array): Uint8Array | undefined {
    const before = this.count;
    const taken = Math.min(chunk.length, this.held.length - before);
    this.held.set(chunk.subarray(0, taken), before);
    this.count += taken;
    if (!this.matches()) {
      if (this.count >= guessBytes) this.problem = this.describe();
      return undefined;
    }
    if (this.count < this.held.length) return undefined;
    if (this.server) return chunk.subarray(taken);
    if (before === 0) return chunk;
    const bytes = new Uint8Array(before + chunk.length);
    bytes.set(this.held.subarray(0, before));
    bytes.set(chunk, before);
    return bytes;
  }

  /** What to say when the bytes ended before the beginning was complete. */
  describeEnd(): string {
    if (this.count === 0) return "the peer closed the connection before it said anything";
    return this.matches() ? "the peer closed the connection inside of its HTTP/2 preface" : this.describe();
  }

  private matches(): boolean {
    if (this.server) {
      for (let i = 0; i < this.count; i++) if (this.held[i] !== clientPreface.charCodeAt(i)) return false;
      return true;
    }
    if (this.count < frameHeaderBytes) return this.guess() === undefined;
    const ack = (this.held[4] as number) & Flag.ACK;
    return this.held[3] === FrameType.SETTINGS && ack === 0 && readUint31(this.held, 5) === 0;
  }

  private describe(): string {
    const guess = this.guess();
    if (guess !== undefined) {
      this.foreign = true;
      return guess;
    }
    const bytes = printable(this.held, 0, this.count);
    const wanted = this.server ? "the HTTP/2 preface" : "a SETTINGS frame";
    return `the peer's first bytes are not ${wanted} but "${bytes}"`;
  }

  private guess(): string | undefined {
    const text = printable(this.held, 0, this.count);
    if (text.startsWith("HTTP/")) return "the peer speaks HTTP/1.1, not HTTP/2";
    if (this.server && /^(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|TRACE|CONNECT) /.test(text)) {
      return "the peer speaks HTTP/1.1, not HTTP/2";
    }
    if (this.held[1] !== 0x03 || this.count < 2) return undefined;
    if (this.held[0] === 0x16) return "the peer started TLS on a plaintext port";
    return this.held[0] === 0x15 ? "the peer speaks TLS, but this connection is plaintext" : undefined;
  }
}
