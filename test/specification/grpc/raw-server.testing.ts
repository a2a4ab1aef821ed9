import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Channel, type ChannelOptions, type Client } from "peregrine";
import type { HeaderList } from "../../../src/base/transport.js";
import { bytesOf, END_STREAM, headers, settings, settingsAck } from "../../../src/http2/frames.testing.js";
import { Echo } from "../../gen/echo_pb.js";
import { boundMs, type FrameEvent, RawPeer, Type } from "../raw-peer.testing.js";

/** Response headers that a client must take. */
export const okHead: HeaderList = [":status", "200", "content-type", "application/grpc"];

/** A request whose headers have come. */
export interface RawRequest {
  readonly id: number;
  readonly list: HeaderList;
}

/** One connection of a client, as a server that is nothing but frames sees it. */
export class RawConnection {
  readonly peer: RawPeer;

  constructor(socket: Socket) {
    this.peer = new RawPeer(socket, "server");
  }

  /** The client's preface and SETTINGS, and ours. */
  async handshake(...pairs: number[]): Promise<void> {
    await this.peer.until("the preface", ({ kind }) => kind === "preface");
    await this.frame(Type.SETTINGS);
    this.peer.send(settings(...pairs), settingsAck);
  }

  frame(type: number, fits: (event: FrameEvent) => boolean = () => true): Promise<FrameEvent> {
    return this.peer.untilFrame(`frame of type ${type}`, (event) => event.type === type && fits(event));
  }

  /** The next request's headers. */
  async request(): Promise<RawRequest> {
    const { streamId, list } = await this.frame(Type.HEADERS);
    return { id: streamId, list: list ?? [] };
  }

  /** The body of a request whose headers have come, until it ends. */
  async body(streamId: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    await this.frame(Type.DATA, (event) => {
      if (event.streamId !== streamId) return false;
      parts.push(event.payload);
      return (event.flags & END_STREAM) !== 0;
    });
    return bytesOf(...parts);
  }

  trailers(streamId: number, ...list: string[]): void {
    this.peer.send(headers(streamId, list, END_STREAM));
  }
}

/** A server that is nothing but frames, and a channel of ours to it. */
export class RawServer {
  readonly #server: Server;
  readonly #waiting: Socket[] = [];
  readonly #sockets: Set<Socket> = new Set();
  #wake: (() => void) | undefined;
  readonly channel: Channel;
  readonly echo: Client<typeof Echo>;

  private constructor(server: Server, options: ChannelOptions) {
    this.#server = server;
    server.on("connection", (socket) => {
      socket.on("error", () => undefined);
      this.#sockets.add(socket);
      this.#waiting.push(socket);
      this.#wake?.();
    });
    this.channel = new Channel(`127.0.0.1:${(server.address() as AddressInfo).port}`, options);
    this.echo = this.channel.client(Echo);
  }

  static async start(options: ChannelOptions = {}): Promise<RawServer> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new RawServer(server, options);
  }

  /** How many connections the channel has made. */
  get connections(): number {
    return this.#sockets.size;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next connection, after its handshake. */
  async accept(...pairs: number[]): Promise<RawConnection> {
    const connection = await this.acceptSilent();
    await connection.handshake(...pairs);
    return connection;
  }

  /** The next connection, to which nothing was said. */
  async acceptSilent(): Promise<RawConnection> {
    for (;;) {
      const socket = this.#waiting.shift();
      if (socket !== undefined) return new RawConnection(socket);
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error("the channel made no connection")), boundMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async stop(): Promise<void> {
    // Before the channel, which in simulated time would wait for its calls: so they are lost.
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await this.channel.close({ graceMs: 0 });
  }
}

export async function withRawServer(options: ChannelOptions, use: (server: RawServer) => Promise<void>): Promise<void> {
  const server = await RawServer.start(options);
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}
