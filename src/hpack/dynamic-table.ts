import { entryOverheadBytes } from "./limits.js";

const slotsAtFirst = 4;
const noSlots: string[] = [];

/**
 * The dynamic table (RFC 7541 section 2.3.2): a queue of entries, bounded in bytes. Entries are numbered in
 * the order of insertion, the first one 1; the newest has the index 1 here (62 on the wire). Holds strings,
 * never copies them: what is read is the object that was put in.
 */
export class DynamicTable {
  /** Sum of name + value + 32 over all entries, in bytes. */
  sizeBytes: number = 0;
  /** Bound of `sizeBytes`; change it by `resize`. */
  sizeBytesMax: number;
  /** Number of entries. */
  count: number = 0;
  /** Number of the newest entry: how many were ever inserted. */
  newest: number = 0;
  /** Grows with every change of what an index means, or of which indexes there are. */
  version: number = 0;
  /** Ring of name, value; made when the first entry comes, since many connections never have one. */
  private slots: string[] = noSlots;
  private mask: number = -1;

  /** @param sizeBytesMax bound in bytes */
  constructor(sizeBytesMax: number) {
    this.sizeBytesMax = sizeBytesMax;
  }

  /** Number of the oldest entry; `newest + 1` when the table is empty. */
  get oldest(): number {
    return this.newest - this.count + 1;
  }

  /** Name of an entry by its number, from `oldest` to `newest`. */
  nameOf(entry: number): string {
    return this.slots[(entry & this.mask) * 2] as string;
  }

  /** Value of an entry by its number, from `oldest` to `newest`. */
  valueOf(entry: number): string {
    return this.slots[(entry & this.mask) * 2 + 1] as string;
  }

  /**
   * Inserts an entry and evicts as many old ones as it takes. One that is larger than the table empties it,
   * which is no error (RFC 7541 section 4.4).
   *
   * @returns whether the entry is in the table
   */
  add(name: string, value: string): boolean {
    const size = name.length + value.length + entryOverheadBytes;
    if (!this.makeRoom(size)) return false;
    if (this.count > this.mask) this.grow();
    this.newest++;
    this.count++;
    this.sizeBytes += size;
    const slot = (this.newest & this.mask) * 2;
    this.slots[slot] = name;
    this.slots[slot + 1] = value;
    return true;
  }

  /**
   * Evicts until an entry of `size` bytes fits.
   *
   * @returns false when it cannot fit at all; the table is empty then
   */
  makeRoom(size: number): boolean {
    this.version++;
    while (this.count > 0 && this.sizeBytes + size > this.sizeBytesMax) this.evict();
    return size <= this.sizeBytesMax;
  }

  /** Removes the oldest entry; there must be one. */
  evict(): void {
    const slot = (this.oldest & this.mask) * 2;
    this.sizeBytes -=
      (this.slots[slot] as string).length + (this.slots[slot + 1] as string).length + entryOverheadBytes;
    this.slots[slot] = "";
    this.slots[slot + 1] = "";
    this.count--;
    this.version++;
  }

  /** Sets the bound, in bytes, and evicts down to it (RFC 7541 section 4.3). */
  resize(sizeBytesMax: number): void {
    this.sizeBytesMax = sizeBytesMax;
    while (this.sizeBytes > sizeBytesMax) this.evict();
  }

  private grow(): void {
    const capacity = Math.max(slotsAtFirst, (this.mask + 1) * 2);
    const slots = new Array<string>(capacity * 2).fill("");
    for (let entry = this.oldest; entry <= this.newest; entry++) {
      const slot = (entry & (capacity - 1)) * 2;
      slots[slot] = this.nameOf(entry);
      slots[slot + 1] = this.valueOf(entry);
    }
    this.slots = slots;
    this.mask = capacity - 1;
  }
}
