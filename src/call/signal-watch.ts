/** Who wants to know when a signal is aborted. */
export interface AbortListener {
  onAbort(reason: unknown): void;
}

/**
 * Listens once to each signal, for however many calls share it: a signal that ends a whole program is given to thousands
 * of calls, and Node warns of a leak at the eleventh listener.
 */
export class SignalWatch {
  private readonly watched: WeakMap<AbortSignal, WatchedSignal> = new WeakMap();

  /**
   * @param signal not aborted yet
   * @throws whatever an object throws that only looks like a signal
   */
  add(signal: AbortSignal, listener: AbortListener): void {
    let watched = this.watched.get(signal);
    if (watched === undefined) {
      watched = new WatchedSignal(signal);
      this.watched.set(signal, watched);
    }
    watched.add(listener);
  }

  remove(signal: AbortSignal, listener: AbortListener): void {
    this.watched.get(signal)?.remove(listener);
  }
}

function reasonOf(signal: AbortSignal): unknown {
  try {
    return signal.reason;
  } catch (error) {
    return error;
  }
}

/** The calls of one signal. Nobody listens to it while there are none, so that it can outlive the channel. */
class WatchedSignal {
  private readonly signal: AbortSignal;
  private readonly listeners: Set<AbortListener> = new Set();
  private readonly onAbort: () => void;

  constructor(signal: AbortSignal) {
    this.signal = signal;
    this.onAbort = (): void => {
      const reason = reasonOf(signal);
      for (const listener of [...this.listeners]) listener.onAbort(reason);
    };
  }

  add(listener: AbortListener): void {
    this.listeners.add(listener);
    if (this.listeners.size > 1) return;
    try {
      this.signal.addEventListener("abort", this.onAbort);
    } catch (error) {
      this.listeners.delete(listener);
      throw error;
    }
  }

  /** It does not throw: a call that is over must not fail for a signal that is none. */
  remove(listener: AbortListener): void {
    if (!this.listeners.delete(listener) || this.listeners.size > 0) return;
    try {
      this.signal.removeEventListener("abort", this.onAbort);
    } catch {
      // Nobody is left to be told.
    }
  }
}
