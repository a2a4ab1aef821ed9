import type { StreamHandler, TransportFailure } from "../base/transport.js";
import type { ConnectionObserver } from "./options.js";

/** What the notices need to know of the connection. */
export interface NoticeSource {
  readonly streams: { readonly size: number };
  readonly server: boolean;
  readonly closed: boolean;
  readonly draining: boolean;
  readonly peer: { readonly streamsMax: number };
  readonly lastFailure: TransportFailure | undefined;
  close(failure: TransportFailure): void;
}

/**
 * Calls what is above: the observer, and handlers whose stream is lost. None of them can harm the connection by throwing, and
 * what follows from a closed stream is told at the end of an entry, when everything is consistent.
 */
export class Notices {
  /** A stream was closed, or a limit changed, since the last `settle`. */
  due: boolean = false;
  /** `openStream` was refused: the observer waits to hear of capacity. */
  capacityWanted: boolean = false;
  /** Entries of the driver (`receive`, `takeOutput`) that are running: notices wait until they are done. */
  private entries: number = 0;
  private isActive: boolean = false;
  private toldRefused: boolean = false;
  private readonly observer: ConnectionObserver;
  private readonly source: NoticeSource;

  constructor(observer: ConnectionObserver, source: NoticeSource) {
    this.observer = observer;
    this.source = source;
  }

  enter(): void {
    this.entries++;
  }

  leave(): void {
    this.entries--;
    this.settle();
  }

  /** Tells what is due, unless an entry is still running. */
  settle(): void {
    if (!this.due || this.entries > 0) return;
    this.due = false;
    const { source } = this;
    if (source.closed) return;
    if (source.streams.size === 0) {
      if (this.isActive) this.idle();
      if (source.lastFailure !== undefined && source.streams.size === 0) {
        source.close(source.lastFailure);
        return;
      }
    }
    if (this.capacityWanted && !source.draining && source.streams.size < source.peer.streamsMax) {
      this.capacityWanted = false;
      this.capacity();
    }
  }

  active(): void {
    if (this.isActive) return;
    this.isActive = true;
    try {
      this.observer.onActive?.();
    } catch {}
  }

  /** A request was refused: the first of a connection is told. */
  refused(message: string): void {
    if (this.toldRefused) return;
    this.toldRefused = true;
    try {
      this.observer.onRefused?.(message);
    } catch {}
  }

  full(): void {
    try {
      this.observer.onFull?.();
    } catch {}
  }

  ready(): void {
    try {
      this.observer.onReady?.();
    } catch {}
  }

  goaway(code: number, lastStreamId: number, debugData: string): void {
    try {
      this.observer.onGoaway?.(code, lastStreamId, debugData);
    } catch {}
  }

  closed(failure: TransportFailure): void {
    try {
      this.observer.onClosed?.(failure);
    } catch {}
  }

  error(error: unknown): void {
    try {
      this.observer.onError?.(error);
    } catch {}
  }

  /** Tells a handler that its stream is lost. */
  reset(handler: StreamHandler, failure: TransportFailure): void {
    try {
      handler.onReset(failure);
    } catch (error) {
      this.error(error);
    }
  }

  private idle(): void {
    this.isActive = false;
    try {
      this.observer.onIdle?.();
    } catch {}
  }

  private capacity(): void {
    try {
      this.observer.onCapacity?.();
    } catch {}
  }
}
