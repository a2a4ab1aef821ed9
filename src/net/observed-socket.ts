import type { ConnectionFlow, ObservedConnection } from "../base/probe.js";
import type { PeerInfo } from "../base/transport.js";
import { formatPeerAddress, plainIp } from "./address.js";
import type { ByteSocket } from "./socket-driver.js";

/** What is known of a connected socket and of the connection on it. Made only where somebody watches, while it is open. */
export class ObservedSocket implements ObservedConnection {
  readonly peer: PeerInfo;
  readonly localAddress: string | undefined;
  readonly cipherSuite: string | undefined;
  readonly noDelay: boolean | undefined;
  readonly #socket: ByteSocket;
  readonly #flow: () => ConnectionFlow;

  constructor(socket: ByteSocket, peer: PeerInfo, flow: () => ConnectionFlow) {
    this.peer = peer;
    this.#socket = socket;
    this.#flow = flow;
    const { localAddress: host, localPort: port } = socket;
    // A Unix socket has neither. They are gone when the socket is closed.
    const named = host !== undefined && port !== undefined;
    this.localAddress = named ? formatPeerAddress({ host: plainIp(host), port }) : undefined;
    // The driver of a socket sets it always (`socket-driver.ts`).
    this.noDelay = named ? true : undefined;
    const cipher = socket.getCipher?.();
    this.cipherSuite = cipher?.standardName ?? cipher?.name;
  }

  get localCertificate(): Uint8Array | undefined {
    return this.#socket.destroyed ? undefined : this.#socket.getX509Certificate?.()?.raw;
  }

  get flow(): ConnectionFlow {
    return this.#flow();
  }
}
