import { type AddressInfo, createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { makePayload } from "../../client/task.js";
import { announce, serverTls } from "../serve.js";
import { decodeHead, type Head, headBytes, Mode } from "./protocol.js";

class Connection {
  readonly #socket: Socket;
  #head = Buffer.alloc(0);
  #mode: Mode = Mode.ECHO;
  /** Bytes that belong to the request that is under way. */
  #left = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
  }

  #take(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0; ) {
      if (this.#left === 0) {
        const missing = headBytes - this.#head.length;
        this.#head = Buffer.concat([this.#head, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (this.#head.length === headBytes) this.#begin(decodeHead(this.#head));
        continue;
      }
      const part = rest.subarray(0, this.#left);
      rest = rest.subarray(part.length);
      this.#left -= part.length;
      if (this.#mode === Mode.ECHO) this.#write(part);
      else if (this.#left === 0) this.#write(Buffer.from([1]));
    }
  }

  #begin({ mode, bytes, count }: Head): void {
    this.#head = Buffer.alloc(0);
    this.#mode = mode;
    if (mode === Mode.SOURCE) this.#send(Buffer.from(makePayload(bytes)), count);
    else this.#left = bytes * count;
  }

  #send(message: Buffer, count: number): void {
    for (let left = count; left > 0; left--) {
      if (this.#socket.write(message)) continue;
      this.#socket.once("drain", () => this.#send(message, left - 1));
      return;
    }
  }

  #write(bytes: Buffer): void {
    if (this.#socket.write(bytes)) return;
    this.#socket.pause();
    this.#socket.once("drain", () => this.#socket.resume());
  }
}

const tls = serverTls();
const accept = (socket: Socket): void => void new Connection(socket);
const server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept);
server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
