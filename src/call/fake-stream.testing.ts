/** A stream that is nothing but a record of what was done to it. */
import assert from "node:assert/strict";
import type { ErrorCode, HeaderList, TransportStream } from "../base/transport.js";
import { MessageReader } from "../message/message-reader.js";
import { decodeGrpcMessage } from "./grpc-message.js";
import { headerOf } from "./headers.js";

export interface SentHeaders {
  readonly headers: HeaderList;
  readonly endStream: boolean;
  readonly sensitive: ReadonlySet<string> | undefined;
}

export interface SentMessage {
  readonly bytes: Uint8Array;
  readonly compressed: boolean;
}

export class RecordingStream implements TransportStream {
  readonly id: number = 1;
  /** `headers`, `data`, `trailers`, `reset` in the order in which they came. */
  readonly order: string[] = [];
  readonly headerBlocks: SentHeaders[] = [];
  readonly sent: Uint8Array[] = [];
  /** What was tried after the end. */
  readonly late: string[] = [];
  /** Resolves at the end that this side makes: trailers or a reset. */
  readonly ended: Promise<void>;
  expectedBytes: number = 0;
  expectsEnd: boolean = false;
  consumedBytes: number = 0;
  /** `release` was called so often. */
  releases: number = 0;
  resetCode: ErrorCode | undefined;
  headerListBytesMax: number | undefined;
  /** What `sendData` answers. */
  writable: boolean = true;
  #isOver = false;
  #end: () => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  sendHeaders(headers: HeaderList, endStream: boolean, sensitive?: ReadonlySet<string>): void {
    if (!this.#note(endStream ? "trailers" : "headers")) return;
    assert.equal(headers.length % 2, 0);
    for (const part of headers) assert.equal(typeof part, "string");
    assert.ok(endStream || this.headerBlocks.length === 0, "a second header block must end the stream");
    this.headerBlocks.push({ headers, endStream, sensitive });
    if (endStream) this.#finish();
  }

  sendData(data: Uint8Array, endStream: boolean): boolean {
    if (!this.#note("data")) return false;
    assert.ok(this.headerBlocks.length > 0, "data before headers");
    this.sent.push(data);
    if (endStream) this.#finish();
    return this.writable;
  }

  reset(code: ErrorCode): void {
    if (!this.#note("reset")) return;
    this.resetCode = code;
    this.#finish();
  }

  consume(byteCount: number): void {
    this.consumedBytes += byteCount;
  }

  expect(byteCount: number): void {
    this.expectedBytes = byteCount;
  }

  expectEnd(): void {
    this.expectsEnd = true;
  }

  release(): void {
    this.releases++;
  }

  #note(what: string): boolean {
    (this.#isOver ? this.late : this.order).push(what);
    return !this.#isOver;
  }

  #finish(): void {
    this.#isOver = true;
    this.#end();
  }

  /** The messages that were sent, cut out of the data. */
  messages(): SentMessage[] {
    const reader = new MessageReader();
    const found: SentMessage[] = [];
    for (const chunk of this.sent) reader.push(chunk);
    for (let range = reader.next(); range !== undefined; range = reader.next()) {
      found.push({ bytes: range.view(), compressed: reader.lastCompressed });
    }
    assert.equal(reader.byteCount, 0);
    return found;
  }

  /** A header of the first block, which may be the only one. */
  header(name: string): string | undefined {
    return headerOf(this.headerBlocks[0]?.headers ?? [], name);
  }

  get #last(): SentHeaders | undefined {
    const block = this.headerBlocks.at(-1);
    return block?.endStream ? block : undefined;
  }

  /** A header of the block that ended the stream. */
  trailer(name: string): string | undefined {
    return headerOf(this.#last?.headers ?? [], name);
  }

  /** The status that was sent, or undefined as long as there is none. */
  get status(): number | undefined {
    const text = this.trailer("grpc-status");
    return text === undefined ? undefined : Number(text);
  }

  get statusMessage(): string {
    return decodeGrpcMessage(this.trailer("grpc-message") ?? "");
  }
}
