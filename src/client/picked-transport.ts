import type { AttemptEnd, PickedSubchannel } from "../balance/load-balancer.js";
import type { AttemptProbe, ConnectionProbe } from "../base/probe.js";
import type { Status } from "../base/status.js";
import type { HeaderList, StreamHandler, TransportStream } from "../base/transport.js";
import type { CallTransport } from "../call/client-method.js";
import { pushMetadata } from "../call/headers.js";

/** A connection for one attempt whose pick adds metadata, or wants to hear how it ends. Others go to the connection itself. */
export class PickedTransport implements CallTransport, ConnectionProbe {
  readonly #connection: CallTransport;
  readonly #pick: PickedSubchannel;

  constructor(connection: CallTransport, pick: PickedSubchannel) {
    this.#connection = connection;
    this.#pick = pick;
  }

  get probe(): ConnectionProbe {
    return this;
  }

  openStream(
    headers: HeaderList,
    endStream: boolean,
    handler: StreamHandler,
    sensitive?: ReadonlySet<string>,
  ): TransportStream | undefined {
    const { metadata } = this.#pick;
    if (metadata === undefined) return this.#connection.openStream(headers, endStream, handler, sensitive);
    const all = [...headers];
    pushMetadata(all, metadata);
    const secret = new Set([...(sensitive ?? []), ...(metadata.sensitiveKeys ?? [])]);
    return this.#connection.openStream(all, endStream, handler, secret);
  }

  onCall(path: string, headers: HeaderList): AttemptProbe {
    return new PickedAttempt(this.#connection.probe?.onCall(path, headers), this.#pick.onEnd);
  }

  onClosed(): void {
    // The connection itself tells its own watchers.
  }
}

class PickedAttempt implements AttemptProbe {
  readonly #probe: AttemptProbe | undefined;
  readonly #onEnd: ((end: AttemptEnd | undefined) => void) | undefined;

  constructor(probe: AttemptProbe | undefined, onEnd: ((end: AttemptEnd | undefined) => void) | undefined) {
    this.#probe = probe;
    this.#onEnd = onEnd;
  }

  onMessageSent(byteCount: number): void {
    this.#probe?.onMessageSent(byteCount);
  }

  onMessageReceived(byteCount: number): void {
    this.#probe?.onMessageReceived(byteCount);
  }

  onEnd(status: Status, complete: boolean): void {
    this.#probe?.onEnd(status, complete);
    this.#onEnd?.({ status, complete });
  }
}
