import { ConnectivityState } from "../balance/connectivity-state.js";

/** A state and those who wait for it to change. */
export class StateWatch {
  #state: ConnectivityState = ConnectivityState.IDLE;
  readonly #waiters: Set<() => void> = new Set();

  get state(): ConnectivityState {
    return this.#state;
  }

  become(state: ConnectivityState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const waiter of [...this.#waiters]) waiter();
  }

  /** Calls back once, when the state is no longer `from`; at once where it is not. */
  whenNot(from: ConnectivityState, callback: () => void): () => void {
    if (this.#state !== from) {
      callback();
      return () => undefined;
    }
    const waiter = (): void => {
      this.#waiters.delete(waiter);
      callback();
    };
    this.#waiters.add(waiter);
    return () => void this.#waiters.delete(waiter);
  }
}
