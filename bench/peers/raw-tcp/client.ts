import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { BenchClient, Done, Endpoint } from "../../client/client.js";
import { serveTasks } from "../../client/serve.js";
import { encodeHead, Mode } from "./protocol.js";

/** What shall come next on the connection: `count` messages of `bytes`. */
interface Expected {
  readonly mode: Mode;
  readonly bytes: number;
  count: number;
  onMessage(message: Uint8Array): void;
  done: Done;
}

/** So many messages of each kind are kept whole, for the check; to keep later ones would be timed. */
const keptMessages = 8;

class Connection {
  readonly #socket: Socket;
  readonly #expected: Expected[] = [];
  #chunks: Buffer[] = [];
  #got = 0;
  #kept = 0;
  #kind: Pick<Expected, "mode" | "bytes"> | undefined;
  #counted = new Uint8Array(0);

  constructor({ port, ca }: Endpoint) {
    this.#socket = ca === undefined ? connectTcp(port, "127.0.0.1") : connectTls({ port, host: "127.0.0.1", ca });
    this.#socket.setNoDelay(true);
    this.#socket.on("data", (chunk: Buffer) => this.#take(chunk));
    this.#socket.on("error", (error) => this.#expected[0]?.done(error));
  }

  expect(expected: Expected): void {
    this.#expected.push(expected);
  }

  /** Writes a request, and its message so many times. */
  send(head: Buffer, payload: Uint8Array, times: number): void {
    this.#socket.cork();
    this.#socket.write(head);
    if (times > 0) this.#socket.write(payload);
    this.#socket.uncork();
    const pump = (left: number): void => {
      for (; left > 0; left--) {
        if (this.#socket.write(payload)) continue;
        const rest = left - 1;
        this.#socket.once("drain", () => pump(rest));
        return;
      }
    };
    pump(times - 1);
  }

  #take(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0; ) {
      const expected = this.#expected[0];
      if (expected === undefined) throw new Error("bytes came that nobody asked for");
      const part = rest.subarray(0, expected.bytes - this.#got);
      rest = rest.subarray(part.length);
      this.#got += part.length;
      this.#noteKind(expected);
      if (this.#kept < keptMessages) this.#chunks.push(part);
      if (this.#got === expected.bytes) this.#finish(expected);
    }
  }

  #noteKind({ mode, bytes }: Expected): void {
    if (mode === this.#kind?.mode && bytes === this.#kind.bytes) return;
    this.#kept = 0;
    this.#kind = { mode, bytes };
  }

  #finish(expected: Expected): void {
    this.#got = 0;
    expected.onMessage(this.#message(expected.bytes));
    if (--expected.count > 0) return;
    this.#expected.shift();
    expected.done();
  }

  #message(bytes: number): Uint8Array {
    if (this.#kept++ < keptMessages) {
      const message = Buffer.concat(this.#chunks);
      this.#chunks = [];
      return message;
    }
    if (this.#counted.length !== bytes) this.#counted = new Uint8Array(bytes);
    return this.#counted;
  }
}

function connect(endpoint: Endpoint): BenchClient {
  const connection = new Connection(endpoint);
  return {
    unary: (payload, done) => {
      let echo: Uint8Array | undefined;
      const onMessage = (message: Uint8Array): void => {
        echo = message;
      };
      connection.expect({
        mode: Mode.ECHO,
        bytes: payload.length,
        count: 1,
        onMessage,
        done: (error) => done(error, echo),
      });
      connection.send(encodeHead({ mode: Mode.ECHO, bytes: payload.length, count: 1 }), payload, 1);
    },
    serverStream: (payload, count, onMessage, done) => {
      connection.expect({ mode: Mode.SOURCE, bytes: payload.length, count, onMessage, done });
      connection.send(encodeHead({ mode: Mode.SOURCE, bytes: payload.length, count }), payload, 0);
    },
    clientStream: (payload, count, done) => {
      connection.expect({
        mode: Mode.SINK,
        bytes: 1,
        count: 1,
        onMessage: () => {},
        done: (error) => done(error, count),
      });
      connection.send(encodeHead({ mode: Mode.SINK, bytes: payload.length, count }), payload, count);
    },
    bidi: (payload, count, onMessage, done) => {
      connection.expect({ mode: Mode.ECHO, bytes: payload.length, count, onMessage, done });
      connection.send(encodeHead({ mode: Mode.ECHO, bytes: payload.length, count }), payload, count);
    },
  };
}

serveTasks(connect);
