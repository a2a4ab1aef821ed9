import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { encodeHead, Mode } from "../peers/raw-tcp/protocol.js";

/** A socket to the bare server. A call on it is a message that comes back; several come back in their order. */
export class BareConnection {
  readonly #socket: Socket;
  /** Told of each message that came back. */
  readonly #onAnswer: () => void;
  /** How many bytes a message has, and how many of one have come. */
  #size = 0;
  #received = 0;
  #head: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket, onAnswer: () => void) {
    this.#socket = socket;
    this.#onAnswer = onAnswer;
    socket.setNoDelay(true);
  }

  /** Connects, and waits for an answer, so that the server has taken the connection. `onFailure` hears of every later error. */
  static async open(port: number, onAnswer: () => void, onFailure: (error: Error) => void): Promise<BareConnection> {
    const socket = connect(port, "127.0.0.1");
    const connection = new BareConnection(socket, onAnswer);
    connection.begin(Buffer.from([1]));
    await once(socket, "data");
    socket.on("data", (chunk: Buffer) => connection.#take(chunk.length));
    socket.on("error", onFailure);
    socket.on("end", () => onFailure(new Error("the server has closed a connection")));
    return connection;
  }

  begin(message: Buffer): void {
    if (message.length !== this.#size) {
      this.#size = message.length;
      this.#head = encodeHead({ mode: Mode.ECHO, bytes: message.length, count: 1 });
    }
    this.#socket.write(Buffer.concat([this.#head, message]));
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(byteCount: number): void {
    this.#received += byteCount;
    while (this.#received >= this.#size) {
      this.#received -= this.#size;
      this.#onAnswer();
    }
  }
}
