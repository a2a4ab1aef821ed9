import type { HeaderList } from "../base/transport.js";
import { BlockCache } from "./block-cache.js";
import { DynamicTable } from "./dynamic-table.js";
import { type BlockCursor, integerTooLarge, readInteger } from "./integer.js";
import {
  entryOverheadBytes,
  headerFieldsMaxDefault,
  headerListBytesMaxDefault,
  initialTableSizeBytes,
} from "./limits.js";
import { staticEntryCount, staticNames, staticValues } from "./static-table.js";
import { StringReader } from "./string-reader.js";

/** What bounds a decoder. */
export interface HpackDecoderOptions {
  /** Our SETTINGS_HEADER_TABLE_SIZE, in bytes. Default 4096. */
  readonly tableSizeMax?: number;
  /** Bound of a header list, in bytes: name + value + 32 for each field. Default 16384. */
  readonly headerListBytesMax?: number;
  /** Bound of the number of fields in a header list. Default 128. */
  readonly fieldsMax?: number;
}

/**
 * Why a block gave no list. `tooLarge`: the list passes a limit; the block was read to its end all the same, the
 * tables of both sides agree, and only the stream need be refused. `compression`: the block breaks
 * RFC 7541, the tables may differ from now on, and the connection has to end with COMPRESSION_ERROR.
 */
export interface HpackFailure {
  readonly kind: "tooLarge" | "compression";
  /** For people: what was wrong, with the sizes that help. */
  readonly message: string;
}

const noBytes = new Uint8Array(0);
const noList: string[] = [];

/**
 * Decodes the header blocks of one connection, in order (RFC 7541 section 3). Says nothing about names and
 * values: an empty name, upper case or a bad pseudo-header is malformed for HTTP/2, not for HPACK.
 */
export class HpackDecoder {
  /** Why the last `decode` returned undefined; undefined after one that returned a list. */
  failure: HpackFailure | undefined;
  private readonly listBytesMax: number;
  private readonly fieldsMax: number;
  private readonly tableSizeMax: number;
  /** What size updates may ask for: our setting, and what held before the peer knew it. */
  private updateMax: number;
  /** Our setting is below the table's size: the next block must begin with an update (RFC 7541 section 4.2). */
  private updateDue: boolean = false;
  private readonly table: DynamicTable = new DynamicTable(initialTableSizeBytes);
  private readonly cursor: BlockCursor = { bytes: noBytes, position: 0, end: 0 };
  private readonly strings: StringReader = new StringReader(this.cursor);
  private blocks: BlockCache | undefined;
  private list: string[] = noList;
  private listBytes: number = 0;
  private fields: number = 0;
  private blockStart: number = 0;
  /** The block means the same when it comes again: no update, no insertion, nothing to keep secret. */
  private repeatable: boolean = true;

  constructor(options: HpackDecoderOptions = {}) {
    this.tableSizeMax = options.tableSizeMax ?? initialTableSizeBytes;
    this.listBytesMax = options.headerListBytesMax ?? headerListBytesMaxDefault;
    this.fieldsMax = options.fieldsMax ?? headerFieldsMaxDefault;
    this.updateMax = Math.max(this.tableSizeMax, initialTableSizeBytes);
  }

  /** Size of the dynamic table, in bytes. */
  get tableSizeBytes(): number {
    return this.table.sizeBytes;
  }

  /** The dynamic table as a header list, the newest entry first. For tests and debugging. */
  tableEntries(): HeaderList {
    const list: string[] = [];
    const { table } = this;
    for (let entry = table.newest; entry >= table.oldest; entry--) list.push(table.nameOf(entry), table.valueOf(entry));
    return list;
  }

  /** Our settings were acknowledged: from now on `tableSizeMax` holds, and a peer whose table is larger must say so. */
  settingsAcknowledged(): void {
    this.updateMax = this.tableSizeMax;
    this.updateDue = this.table.sizeBytesMax > this.tableSizeMax;
  }

  /**
   * Decodes a complete header block, `block[start..end)`. Never throws, and keeps no view of the bytes. A block that
   * repeats gives the same frozen list again as long as the table stays as it is.
   *
   * @returns the list, not to be changed; undefined when there is none: see `failure`
   */
  decode(block: Uint8Array, start: number, end: number): HeaderList | undefined {
    if (this.failure !== undefined) {
      if (this.failure.kind === "compression") return undefined;
      this.failure = undefined;
    }
    const version = this.table.version;
    if (this.blocks !== undefined && !this.updateDue) {
      const known = this.blocks.find(block, start, end, version);
      if (known !== undefined) return known;
    }
    this.begin(block, start, end);
    while (this.cursor.position < end) if (!this.readField()) return undefined;
    return this.finish(block, start, end, version);
  }

  private begin(block: Uint8Array, start: number, end: number): void {
    this.cursor.bytes = block;
    this.cursor.position = start;
    this.cursor.end = end;
    this.blockStart = start;
    this.repeatable = !this.updateDue;
    this.list = [];
    this.listBytes = 0;
    this.fields = 0;
  }

  /** Lets go of the caller's bytes and of the list. */
  private end(): void {
    this.list = noList;
    this.cursor.bytes = noBytes;
    this.strings.release();
  }

  private finish(block: Uint8Array, start: number, end: number, version: number): HeaderList | undefined {
    if (this.updateDue) return this.failUpdateDue();
    const { list } = this;
    this.end();
    if (this.listBytes > this.listBytesMax || this.fields > this.fieldsMax) return this.failTooLarge();
    if (this.repeatable && version === this.table.version) {
      this.blocks ??= new BlockCache();
      this.blocks.offer(block, start, end, version, list);
    }
    return list;
  }

  /** One field or size update (RFC 7541 section 6), by the first bits of its first byte. */
  private readField(): boolean {
    const first = this.cursor.bytes[this.cursor.position] as number;
    if (first >= 0x20 && first < 0x40) return this.readSizeUpdate();
    if (this.updateDue) return this.failUpdateDue() !== undefined;
    if (first >= 0x80) return this.readIndexed();
    if (first >= 0x40) return this.readLiteral(0x3f, true);
    if (first >= 0x10) this.repeatable = false;
    return this.readLiteral(0x0f, false);
  }

  private readIndexed(): boolean {
    const index = readInteger(this.cursor, 0x7f);
    if (index < 0) return this.failInteger(index, "an index");
    if (index === 0) return this.failIndex(index);
    if (index <= staticEntryCount) {
      this.addField(staticNames[index] as string, staticValues[index] as string);
      return true;
    }
    const { table } = this;
    const entry = table.newest - (index - staticEntryCount) + 1;
    if (entry < table.oldest) return this.failIndex(index);
    this.addField(table.nameOf(entry), table.valueOf(entry));
    return true;
  }

  /** A literal, which is stored only as far as the list or the table has room for it. */
  private readLiteral(mask: number, indexing: boolean): boolean {
    const { strings, table } = this;
    const room = Math.max(this.listBytesMax - this.listBytes, 0);
    const keepMax = indexing ? Math.max(room, table.sizeBytesMax) : room;
    const index = readInteger(this.cursor, mask);
    if (index < 0) return this.failInteger(index, "an index");
    let name: string | undefined;
    let nameLength: number;
    if (index === 0) {
      nameLength = strings.read(keepMax);
      if (nameLength < 0) return this.failString("name");
      name = strings.text;
    } else {
      name = this.nameAt(index);
      if (name === undefined) return this.failIndex(index);
      nameLength = name.length;
    }
    const valueLength = strings.read(keepMax);
    if (valueLength < 0) return this.failString("value");
    const value = strings.text;
    const size = nameLength + valueLength + entryOverheadBytes;
    if (name === undefined || value === undefined) {
      if (indexing) table.makeRoom(size);
      this.count(size);
    } else {
      if (indexing) table.add(name, value);
      this.addField(name, value);
    }
    return true;
  }

  private nameAt(index: number): string | undefined {
    if (index <= staticEntryCount) return staticNames[index];
    const entry = this.table.newest - (index - staticEntryCount) + 1;
    return entry < this.table.oldest ? undefined : this.table.nameOf(entry);
  }

  /** Size updates come before the first field only (RFC 7541 section 4.2). */
  private readSizeUpdate(): boolean {
    if (this.fields > 0) {
      this.fail("a table size update behind a field");
      return false;
    }
    const size = readInteger(this.cursor, 0x1f);
    if (size < 0) return this.failInteger(size, "a table size");
    if (size > this.updateMax) {
      this.fail(`a table size update to ${size} bytes, but ${this.updateMax} is what our settings allow`);
      return false;
    }
    this.repeatable = false;
    this.updateDue = false;
    this.table.resize(size);
    return true;
  }

  private addField(name: string, value: string): void {
    this.count(name.length + value.length + entryOverheadBytes);
    if (this.listBytes <= this.listBytesMax && this.fields <= this.fieldsMax) this.list.push(name, value);
  }

  /** Counts a field; a list that passes its limit is let go at once, and only counted from then on. */
  private count(size: number): void {
    this.listBytes += size;
    this.fields++;
    if (this.listBytes > this.listBytesMax || this.fields > this.fieldsMax) this.list.length = 0;
  }

  private failTooLarge(): undefined {
    const message =
      this.fields > this.fieldsMax
        ? `header list of ${this.fields} fields, but ${this.fieldsMax} is the limit`
        : `header list of ${this.listBytes} bytes, but ${this.listBytesMax} is the limit`;
    this.failure = { kind: "tooLarge", message };
    return undefined;
  }

  private failInteger(result: number, what: string): false {
    this.fail(result === integerTooLarge ? `${what} over 2^32-1 or of too many bytes` : `${what} that is cut off`);
    return false;
  }

  private failIndex(index: number): false {
    this.fail(`index ${index}, but the tables end at ${staticEntryCount + this.table.count}`);
    return false;
  }

  private failString(part: string): false {
    this.fail(`a ${part} ${this.strings.problem}`);
    return false;
  }

  private failUpdateDue(): undefined {
    this.fail("no table size update, though our settings lowered the table size");
  }

  private fail(what: string): void {
    const offset = this.cursor.position - this.blockStart;
    this.failure = { kind: "compression", message: `header block has ${what} (at byte ${offset})` };
    this.end();
  }
}
