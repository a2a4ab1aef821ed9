/**
 * A stream of requests that is fed by hand, and that tells when it was first asked: from then on the call is under way.
 */
export class Requests<T> implements AsyncIterable<T> {
  /** Resolves when somebody first reads. */
  readonly started: Promise<void>;
  #start: () => void = () => {};
  readonly #queue: T[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(...first: readonly T[]) {
    this.#queue.push(...first);
    this.started = new Promise((resolve) => {
      this.#start = resolve;
    });
  }

  send(message: T): void {
    this.#queue.push(message);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    this.#start();
    for (;;) {
      while (this.#queue.length > 0) yield this.#queue.shift() as T;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
