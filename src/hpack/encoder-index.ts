import { DynamicTable } from "./dynamic-table.js";
import { blocksPerEviction, entriesPerNameMax, entryOverheadBytes, evictionBurst } from "./limits.js";

interface NameRecord {
  /** Number of the newest entry with the name. */
  newest: number;
  /** The last value that was sent as a literal and given no entry. */
  lastLiteral: string | undefined;
}

/** Fewest places of the ring. */
const ringMin = 4;
const noEntries: number[] = [];

/**
 * The encoder's dynamic table, with a way to find entries: by name the newest entry, and from each entry
 * the older one of the same name. Names leave the map with their last entry, so the table's bound holds for all of it.
 */
export class EncoderIndex {
  readonly table: DynamicTable;
  private names: Map<string, NameRecord> | undefined;
  /** Ring by entry number: the next older entry with the same name, 0 for none. */
  private older: number[] = noEntries;
  private credit: number = blocksPerEviction * evictionBurst;

  /** @param sizeBytesMax bound of the table, in bytes */
  constructor(sizeBytesMax: number) {
    this.table = new DynamicTable(sizeBytesMax);
  }

  /**
   * Looks a field up.
   *
   * @returns its index (62 on the wire is 1 here); the negative index of an entry that has the name only; or 0
   */
  find(name: string, value: string): number {
    const record = this.names?.get(name);
    if (record === undefined) return 0;
    const { table, older } = this;
    const { oldest, newest } = table;
    let entry = record.newest;
    for (let steps = 0; entry >= oldest && steps < entriesPerNameMax; steps++) {
      if (table.valueOf(entry) === value) return newest - entry + 1;
      entry = older[entry & (older.length - 1)] as number;
    }
    return record.newest - newest - 1;
  }

  /** Whether the value, which has no entry, is the one that the name's last literal had; remembers it if not. */
  cameTwice(name: string, value: string): boolean {
    const record = this.names?.get(name);
    if (record === undefined) return true;
    if (record.lastLiteral === value) return true;
    record.lastLiteral =
      value.length + name.length + entryOverheadBytes <= this.table.sizeBytesMax / 2 ? value : undefined;
    return false;
  }

  /**
   * Whether an entry may be made: not one that takes more than half of the table, and one that pushes others out
   * only now and then. A working set larger than the table would otherwise be all insertions and no hits.
   */
  admits(name: string, value: string): boolean {
    const { table } = this;
    const size = name.length + value.length + entryOverheadBytes;
    if (size * 2 > table.sizeBytesMax) return false;
    if (table.sizeBytes + size <= table.sizeBytesMax) return true;
    if (this.credit < blocksPerEviction) return false;
    this.credit -= blocksPerEviction;
    return true;
  }

  /** To be called for each header block: one more towards the next eviction. */
  countBlock(): void {
    if (this.credit < blocksPerEviction * evictionBurst) this.credit++;
  }

  /** Makes an entry that `admits` let in. */
  add(name: string, value: string): void {
    const { table } = this;
    this.evictTo(table.sizeBytesMax - (name.length + value.length + entryOverheadBytes));
    table.add(name, value);
    if (table.count > this.older.length) this.growRing();
    this.names ??= new Map();
    const record = this.names.get(name);
    this.older[table.newest & (this.older.length - 1)] = record?.newest ?? 0;
    if (record === undefined) {
      this.names.set(name, { newest: table.newest, lastLiteral: undefined });
    } else {
      record.newest = table.newest;
      record.lastLiteral = undefined;
    }
  }

  /** Sets the table's bound, in bytes, and evicts down to it. */
  resize(sizeBytesMax: number): void {
    this.evictTo(sizeBytesMax);
    this.table.resize(sizeBytesMax);
  }

  private evictTo(sizeBytes: number): void {
    const { table, names } = this;
    while (table.count > 0 && table.sizeBytes > sizeBytes) {
      const entry = table.oldest;
      const name = table.nameOf(entry);
      if (names?.get(name)?.newest === entry) names.delete(name);
      table.evict();
    }
  }

  /** Doubles the ring; the entries' places follow the new length. */
  private growRing(): void {
    const { older, table } = this;
    const larger = new Array<number>(Math.max(ringMin, older.length * 2)).fill(0);
    for (let entry = table.oldest; entry < table.newest; entry++) {
      larger[entry & (larger.length - 1)] = older[entry & (older.length - 1)] as number;
    }
    this.older = larger;
  }
}
