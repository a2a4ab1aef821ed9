import type { RpcError } from "../base/rpc-error.js";
import type { BytesOwner, TransportStream } from "../base/transport.js";
import { WriteGate } from "./outbound.js";
import { endUnread } from "./pushable.js";
import { type MessageSink, type Pump, pumpMessages } from "./server-pump.js";

const noBytes: Uint8Array = new Uint8Array(0);

/** What the request side needs of its call. */
export interface RequestOwner {
  /** Makes the bytes of a message; throws when it cannot be sent. */
  frame(message: unknown): Uint8Array | Promise<Uint8Array>;
  /** Who gets the memory of a message back that is not held. */
  ownerOf(framed: Uint8Array): BytesOwner | undefined;
  /** The iterable threw, or a message could not be framed. */
  onRequestFailed(error: unknown, thrownByUser: boolean): void;
  /** A message was given to the stream, its prefix included. */
  onSent(framedBytes: number): void;
}

/**
 * The request side of a call whose requests stream: pulls the user's iterable no faster than the stream takes, and holds
 * what was sent, up to a bound, until the response begins, so that it can be sent again on another stream.
 */
export class RequestStream implements MessageSink {
  private readonly owner: RequestOwner;
  private readonly source: unknown;
  private readonly heldBytesMax: number;
  private pump: Pump | undefined;
  private stream: TransportStream | undefined;
  /** Made when the stream takes no more for the first time. */
  private gate: WriteGate | undefined;
  /** Sent messages in order; undefined once they are too many or the response has begun. */
  private held: Uint8Array[] | undefined = [];
  private heldBytes = 0;
  private finished = false;
  private closed = false;
  private frameError: unknown;

  constructor(owner: RequestOwner, source: unknown, heldBytesMax: number) {
    this.owner = owner;
    this.source = source;
    this.heldBytesMax = heldBytesMax;
  }

  /** True while all that was sent is still held. */
  get replayable(): boolean {
    return this.held !== undefined;
  }

  /** The call has a stream, the first or another one: what is held is sent, then what the iterable gives. */
  attach(stream: TransportStream): void {
    this.stream = stream;
    let writable = true;
    for (const framed of this.held ?? []) {
      this.owner.onSent(framed.length);
      writable = stream.sendData(framed, false);
    }
    if (this.finished) stream.sendData(noBytes, true);
    if (this.pump === undefined) this.start();
    else if (writable) this.gate?.writable();
  }

  /** The stream is gone; the iterable waits until there is another one. */
  detach(): void {
    this.stream = undefined;
  }

  /** The response has begun: the call will not be sent again. */
  release(): void {
    this.held = undefined;
  }

  writable(): void {
    this.gate?.writable();
  }

  /** Whether the iterable has given all. */
  get isFinished(): boolean {
    return this.finished;
  }

  /** The call is over: the iterable's `return()` is called unless it has ended. */
  close(error: RpcError | undefined): void {
    this.closed = true;
    this.held = undefined;
    this.stream = undefined;
    this.gate?.close();
    if (this.pump === undefined) endUnread(this.source, error);
    else this.pump.stop(error);
  }

  private start(): void {
    this.pump = pumpMessages(this.source, this);
    // The iterable may have ended the call from inside of its first step.
    if (this.closed) this.pump.stop();
  }

  onPumped(): void {
    if (this.closed) return;
    this.finished = true;
    this.stream?.sendData(noBytes, true);
  }

  onPumpFailed(error: unknown): void {
    if (!this.closed) this.owner.onRequestFailed(error, error !== this.frameError);
  }

  /** For the pump: sends one message; a promise when the next has to wait, false when the call is over. */
  sendMessage(message: unknown): undefined | false | Promise<void> {
    if (this.closed) return false;
    let framed: Uint8Array | Promise<Uint8Array>;
    try {
      framed = this.owner.frame(message);
    } catch (error) {
      this.frameError = error;
      throw error;
    }
    if (framed instanceof Uint8Array) return this.send(framed);
    return framed.then((bytes) => this.send(bytes));
  }

  private send(framed: Uint8Array): undefined | Promise<void> {
    if (this.closed) return undefined;
    this.hold(framed);
    if (this.stream !== undefined) {
      this.owner.onSent(framed.length);
      const owner = this.held === undefined ? this.owner.ownerOf(framed) : undefined;
      if (this.stream.sendData(framed, false, owner)) return undefined;
    }
    this.gate ??= new WriteGate();
    return this.gate.wait();
  }

  private hold(framed: Uint8Array): void {
    if (this.held === undefined) return;
    this.heldBytes += framed.length;
    if (this.heldBytes > this.heldBytesMax) this.held = undefined;
    else this.held.push(framed);
  }
}
