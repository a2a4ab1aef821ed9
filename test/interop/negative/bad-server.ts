import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { END_STREAM, settings, settingsAck, windowUpdate } from "../../../src/http2/frames.testing.js";
import { type FrameEvent, RawPeer, Type } from "../../specification/raw-peer.testing.js";
import type { NegativeCase, Step, Witness } from "./scripts.js";

const initialWindow = 65_535;
const maxConcurrentStreams = 3;
const initialWindowSize = 4;
const ack = 1;

/** A response under way: what is still to be sent, and the window that the client gives it. */
interface Response {
  readonly steps: readonly Step[];
  /** Index of the next step. */
  next: number;
  window: number;
}

/** One connection: reads whole requests, and answers each with the steps of a script, as far as the windows go. */
class BadConnection {
  readonly #peer: RawPeer;
  readonly #case: NegativeCase;
  readonly #witness: Witness;
  readonly #responses = new Map<number, Response>();
  readonly #open = new Set<number>();
  #window: number = initialWindow;
  #streamWindow: number = initialWindow;
  #requests = 0;
  readonly #index: number;

  constructor(socket: Socket, script: NegativeCase, witness: Witness, index: number) {
    this.#peer = new RawPeer(socket, "server");
    this.#case = script;
    this.#witness = witness;
    this.#index = index;
  }

  /** Ends when the client closes, or is silent for long. */
  async serve(): Promise<void> {
    const limits = this.#case.streamsMax === undefined ? [] : [maxConcurrentStreams, this.#case.streamsMax];
    this.#peer.send(settings(...limits, initialWindowSize, 1 << 24), windowUpdate(0, 1 << 30));
    for (;;) {
      const event = await this.#peer.next("a frame");
      if (event.kind === "closed") return;
      if (event.kind === "frame") this.#receive(event);
    }
  }

  destroy(): void {
    this.#peer.destroy();
  }

  #receive(frame: FrameEvent): void {
    const { type, flags, streamId, payload } = frame;
    if (type === Type.SETTINGS && (flags & ack) === 0) this.#takeSettings(payload);
    if (type === Type.WINDOW_UPDATE) this.#addWindow(streamId, readUint32(payload, 0));
    if (type === Type.PING && (flags & ack) !== 0) this.#witness.pingsOpen--;
    if (type === Type.HEADERS) this.#open.add(streamId);
    if (type === Type.RST_STREAM) this.#forget(streamId);
    if (type === Type.HEADERS) this.#witness.streamsMost = Math.max(this.#witness.streamsMost, this.#open.size);
    const ends = (type === Type.HEADERS || type === Type.DATA) && (flags & END_STREAM) !== 0;
    if (ends) this.#answer(streamId);
    this.#pump();
  }

  #takeSettings(payload: Uint8Array): void {
    for (let at = 0; at + 6 <= payload.length; at += 6) {
      const id = (payload[at]! << 8) | payload[at + 1]!;
      if (id === initialWindowSize) this.#streamWindow = readUint32(payload, at + 2);
    }
    this.#peer.send(settingsAck);
  }

  #addWindow(streamId: number, increment: number): void {
    if (streamId === 0) this.#window += increment;
    const response = this.#responses.get(streamId);
    if (response !== undefined) response.window += increment;
  }

  #answer(streamId: number): void {
    this.#requests++;
    this.#witness.requests[this.#index] = this.#requests;
    this.#responses.set(streamId, { steps: this.#case.steps(streamId), next: 0, window: this.#streamWindow });
  }

  #pump(): void {
    for (const [streamId, response] of this.#responses) {
      const ready: Uint8Array[] = [];
      for (let step = response.steps[response.next]; step !== undefined; step = response.steps[response.next]) {
        const cost = step.flowControlledBytes;
        if (cost > this.#window || cost > response.window) break;
        this.#window -= cost;
        response.window -= cost;
        response.next++;
        if (step.isPing) this.#witness.pingsSent++;
        if (step.isPing) this.#witness.pingsOpen++;
        ready.push(step.bytes);
      }
      if (ready.length > 0) this.#peer.send(...ready);
      if (response.next === response.steps.length) this.#forget(streamId);
    }
  }

  #forget(streamId: number): void {
    this.#open.delete(streamId);
    this.#responses.delete(streamId);
  }
}

function readUint32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at);
}

/** A server for one negative case, on a free port of 127.0.0.1. */
export class BadServer {
  readonly #server: Server;
  readonly #connections = new Set<BadConnection>();
  readonly #case: NegativeCase;
  readonly #served: Promise<void>[] = [];
  readonly witness: Witness = { requests: [], pingsOpen: 0, pingsSent: 0, streamsMost: 0 };

  private constructor(server: Server, script: NegativeCase) {
    this.#server = server;
    this.#case = script;
    let index = 0;
    server.on("connection", (socket) => {
      const connection = new BadConnection(socket, script, this.witness, index++);
      this.#connections.add(connection);
      // It gives up on a client that says nothing more; whether that was right is for the witness to tell.
      this.#served.push(connection.serve().catch(() => connection.destroy()));
    });
  }

  static async start(script: NegativeCase): Promise<BadServer> {
    const server = createServer();
    const made = new BadServer(server, script);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return made;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** What the client did wrong in the eyes of the server, or undefined; when it has closed, and all it sent was read. */
  async verdict(): Promise<string | undefined> {
    await Promise.all(this.#served);
    return this.#case.judge(this.witness);
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}
