/** Smallest buffer that is made, in bytes. */
export const bufferBytesMin = 1_024;

/** Sizes from one power of two to the next are one class; the largest class has all above. */
const classCount = 10;

/**
 * Memory for output that no connection is using, the last used first, which the processor still has at hand. A connection
 * takes a buffer when it has something to write and gives it back once that is with the kernel, so that thousands of
 * connections which wait hold none. Bounded: what does not fit is left to the garbage collector.
 */
export class OutputPool {
  private readonly bytesMax: number;
  private readonly classes: Uint8Array[][] = Array.from({ length: classCount }, () => []);
  private held: number = 0;

  /** @param bytesMax bound of what is held, in bytes */
  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** What is held, in bytes. */
  get bytes(): number {
    return this.held;
  }

  /** A buffer of at least so many bytes, the caller's alone until he gives it back; what is in it is not zero. */
  take(byteCount: number): Uint8Array {
    const smallest = classOf(byteCount);
    for (let at = smallest; at < Math.min(smallest + 2, classCount); at++) {
      const buffers = this.classes[at] as Uint8Array[];
      const last = buffers[buffers.length - 1];
      if (last === undefined || last.length < byteCount) continue;
      buffers.pop();
      this.held -= last.length;
      return last;
    }
    return allocate(Math.max(byteCount, bufferBytesMin));
  }

  /**
   * Gives a buffer back; nobody else may hold it any more.
   *
   * @returns false when the pool is full: it still belongs to the caller
   */
  give(buffer: Uint8Array): boolean {
    if (buffer.length < bufferBytesMin || this.held + buffer.length > this.bytesMax) return false;
    this.held += buffer.length;
    (this.classes[classOf(buffer.length)] as Uint8Array[]).push(buffer);
    return true;
  }
}

function classOf(byteCount: number): number {
  return Math.min(Math.max(0, 31 - Math.clz32(byteCount) - 10), classCount - 1);
}

/**
 * Not zeroed: only what was written is ever given away. Not as a Buffer, whose `slice` is a view: bytes that seem copied
 * would be written over. Small ones come out of Node's pool and cost next to nothing.
 */
function allocate(byteCount: number): Uint8Array {
  const memory = Buffer.allocUnsafe(byteCount);
  return new Uint8Array(memory.buffer, memory.byteOffset, memory.length);
}
