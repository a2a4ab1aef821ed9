/** Arrays that are kept at most. As many are in use at once as files import each other in a chain. */
const arraysMax = 64;

/**
 * Arrays of numbers that one file after the other uses: each new one would be memory outside of the heap, zeroed, whose
 * collection costs more than what is written into it.
 */
export class IntPool {
  readonly #arrays: Int32Array[] = [];

  /** An array of at least so many numbers; what is in it is left over from others. */
  take(length: number): Int32Array {
    const last = this.#arrays.pop();
    return last !== undefined && last.length >= length ? last : new Int32Array(length);
  }

  /** Gives an array back; nobody else may hold it any more. */
  give(array: Int32Array): void {
    if (array.length > 0 && this.#arrays.length < arraysMax) this.#arrays.push(array);
  }

  /** A larger array with the same numbers at its front, in exchange for that one. */
  grow(array: Int32Array, length: number): Int32Array {
    const larger = this.take(length);
    larger.set(array);
    this.give(array);
    return larger;
  }
}
