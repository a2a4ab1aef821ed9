import type { ConnectionIo } from "../http2/options.js";
import type { Engine } from "./socket-driver.js";

/** Writes down what it hears, and lets a test wait for it. */
export class FakeEngine implements Engine {
  closed: boolean = false;
  readonly io: ConnectionIo;
  readonly heard: string[] = [];
  readonly output: Uint8Array[] = [];
  takeCount: number = 0;
  onChunk: (text: string) => void = () => {};
  #waiting: { event: string; resolve: () => void }[] = [];

  constructor(io: ConnectionIo) {
    this.io = io;
  }

  start(): void {
    this.#tell("start");
  }

  receive(chunk: Uint8Array): void {
    const text = Buffer.from(chunk).toString();
    this.onChunk(text);
    this.#tell(text.length > 100 ? "much" : text);
  }

  receiveEnd(): void {
    this.#tell("end");
  }

  receiveError(message: string): void {
    this.closed = true;
    this.#tell(`error: ${message}`);
  }

  takeOutput(): Uint8Array | undefined {
    this.takeCount++;
    return this.output.length === 0 ? undefined : Buffer.concat(this.output.splice(0));
  }

  setWritable(writable: boolean): void {
    this.#tell(`writable: ${writable}`);
  }

  send(bytes: string | Uint8Array): void {
    this.output.push(Buffer.from(bytes));
    this.io.wake();
  }

  finish(): void {
    this.closed = true;
    this.io.close(false);
  }

  /** Resolves when something that begins so has been heard. */
  async until(event: string): Promise<string> {
    for (;;) {
      const found = this.heard.find((one) => one.startsWith(event));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push({ event, resolve }));
    }
  }

  #tell(event: string): void {
    this.heard.push(event);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { resolve } of waiting) resolve();
  }
}
