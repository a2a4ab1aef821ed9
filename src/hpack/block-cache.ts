import type { HeaderList } from "../base/transport.js";
import { candidateBlocksMax, rememberedBlockBytesMax, rememberedBlocksMax } from "./limits.js";

const noBytes = new Uint8Array(0);

/**
 * Header blocks that come again and again, and the lists they stand for. A block has one meaning only as long
 * as the dynamic table is the same, so each kept one carries the table's version. A block is kept
 * with its list when it comes for the second time: blocks that come once cost a copy of their bytes, no more.
 */
export class BlockCache {
  private readonly bytes: Uint8Array[] = [];
  private readonly lists: HeaderList[] = [];
  private readonly candidates: Uint8Array[] = [];
  private readonly candidateLengths: number[] = [];
  private nextBlock: number = 0;
  private nextCandidate: number = 0;
  private version: number = 0;

  /** The list of an equal block that was decoded with the table in the same state. */
  find(block: Uint8Array, start: number, end: number, version: number): HeaderList | undefined {
    if (version !== this.version) return undefined;
    const length = end - start;
    const kept = this.bytes;
    for (let i = 0; i < kept.length; i++) {
      const bytes = kept[i] as Uint8Array;
      if (bytes.length === length && equalBytes(bytes, block, start, length)) return this.lists[i];
    }
    return undefined;
  }

  /**
   * Tells of a block that was decoded and changed nothing. The list is frozen if it is kept.
   *
   * @param version state of the table before and after
   */
  offer(block: Uint8Array, start: number, end: number, version: number, list: HeaderList): void {
    const length = end - start;
    if (length > rememberedBlockBytesMax) return;
    if (version !== this.version) this.forget(version);
    for (let i = 0; i < this.candidates.length; i++) {
      if (this.candidateLengths[i] !== length) continue;
      if (!equalBytes(this.candidates[i] as Uint8Array, block, start, length)) continue;
      this.candidateLengths[i] = -1;
      // Not `slice`, which of a Buffer is a view and would keep all of what was read from the socket.
      this.keep(new Uint8Array(block.subarray(start, end)), list);
      return;
    }
    this.addCandidate(block, start, length);
  }

  private keep(bytes: Uint8Array, list: HeaderList): void {
    this.bytes[this.nextBlock] = bytes;
    this.lists[this.nextBlock] = Object.freeze(list);
    this.nextBlock = (this.nextBlock + 1) % rememberedBlocksMax;
  }

  /** Copies the bytes over the oldest candidate's, in place where they fit. */
  private addCandidate(block: Uint8Array, start: number, length: number): void {
    const slot = this.nextCandidate;
    this.nextCandidate = (slot + 1) % candidateBlocksMax;
    let bytes = this.candidates[slot] ?? noBytes;
    if (bytes.length < length) {
      bytes = new Uint8Array(Math.min(rememberedBlockBytesMax, length * 2));
      this.candidates[slot] = bytes;
    }
    for (let i = 0; i < length; i++) bytes[i] = block[start + i] as number;
    this.candidateLengths[slot] = length;
  }

  private forget(version: number): void {
    this.version = version;
    this.bytes.length = 0;
    this.lists.length = 0;
    this.nextBlock = 0;
  }
}

/** Compares from the end, where blocks of one method differ: values that change are put there. */
function equalBytes(kept: Uint8Array, block: Uint8Array, start: number, length: number): boolean {
  for (let i = length - 1; i >= 0; i--) {
    if (kept[i] !== block[start + i]) return false;
  }
  return true;
}
