import type { HeaderList } from "../base/transport.js";
import { BlockCache } from "./block-cache.js";
import { DynamicTable } from "./dynamic-table.js";
import { integerTooLarge, readInteger } from "./integer.js";
import {
  entryOverheadBytes,
  headerFieldsMaxDefault,
  headerListBytesMaxDefault,
  initialTableSizeBytes,
} from "./limits.js";
import { HpackScratch } from "./scratch.js";
import { staticEntryCount, staticNames, staticValues } from "./static-table.js";

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

/**
 * Decodes the header blocks of one connection, in order (RFC 7541 section 3). Says nothing about names and
 * values: an empty name, upper case or a bad pseudo-header is malformed for HTTP/2, not for HPACK.
 */
export class HpackDecoder {
  /** Why the last `decode` returned undefined; undefined after one that returned a list. */
  failure: HpackFailure | undefined;
  private readonly options: HpackDecoderOptions;
  private readonly scratch: HpackScratch;
  /** The scratch's empty one until something is to be stored: most connections that are idle never had a block. */
  private table: DynamicTable;
  private blocks: BlockCache | undefined;
  /** What size updates may ask for: our setting, and what held before the peer knew it. */
  private updateMax: number;
  /** Our setting is below the table's size: the next block must begin with an update (RFC 7541 section 4.2). */
  private updateDue: boolean = false;

  /** @param scratch may be shared by any number of decoders */
  constructor(options: HpackDecoderOptions = {}, scratch: HpackScratch = new HpackScratch()) {
    this.options = options;
    this.scratch = scratch;
    this.table = scratch.emptyTable;
    this.updateMax = Math.max(this.tableSizeMax, initialTableSizeBytes);
  }

  private get tableSizeMax(): number {
    return this.options.tableSizeMax ?? initialTableSizeBytes;
  }

  private get listBytesMax(): number {
    return this.options.headerListBytesMax ?? headerListBytesMaxDefault;
  }

  private get fieldsMax(): number {
    return this.options.fieldsMax ?? headerFieldsMaxDefault;
  }

  /** The table, to be written. */
  private ownTable(): DynamicTable {
    if (this.table === this.scratch.emptyTable) this.table = new DynamicTable(initialTableSizeBytes);
    return this.table;
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
    const { scratch } = this;
    scratch.begin(block, start, end);
    if (this.updateDue) scratch.repeatable = false;
    while (scratch.position < end) if (!this.readField()) return undefined;
    return this.finish(block, start, end, version);
  }

  private finish(block: Uint8Array, start: number, end: number, version: number): HeaderList | undefined {
    if (this.updateDue) return this.failUpdateDue();
    const { scratch } = this;
    const { list } = scratch;
    scratch.release();
    if (this.isTooLarge()) return this.failTooLarge();
    if (scratch.repeatable && version === this.table.version) {
      this.blocks ??= new BlockCache();
      this.blocks.offer(block, start, end, version, list);
    }
    return list;
  }

  /** One field or size update (RFC 7541 section 6), by the first bits of its first byte. */
  private readField(): boolean {
    const { scratch } = this;
    const first = scratch.bytes[scratch.position] as number;
    if (first >= 0x20 && first < 0x40) return this.readSizeUpdate();
    if (this.updateDue) return this.failUpdateDue() !== undefined;
    if (first >= 0x80) return this.readIndexed();
    if (first >= 0x40) return this.readLiteral(0x3f, true);
    if (first >= 0x10) scratch.repeatable = false;
    return this.readLiteral(0x0f, false);
  }

  private readIndexed(): boolean {
    const index = readInteger(this.scratch, 0x7f);
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
    const { scratch } = this;
    const { strings } = scratch;
    const room = Math.max(this.listBytesMax - scratch.listBytes, 0);
    const keepMax = indexing ? Math.max(room, this.table.sizeBytesMax) : room;
    const index = readInteger(scratch, mask);
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
      if (indexing) this.ownTable().makeRoom(size);
      this.count(size);
    } else {
      if (indexing) this.ownTable().add(name, value);
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
    const { scratch } = this;
    if (scratch.fields > 0) {
      this.fail("a table size update behind a field");
      return false;
    }
    const size = readInteger(scratch, 0x1f);
    if (size < 0) return this.failInteger(size, "a table size");
    if (size > this.updateMax) {
      this.fail(`a table size update to ${size} bytes, but ${this.updateMax} is what our settings allow`);
      return false;
    }
    scratch.repeatable = false;
    this.updateDue = false;
    if (size !== this.table.sizeBytesMax) this.ownTable().resize(size);
    return true;
  }

  private addField(name: string, value: string): void {
    this.count(name.length + value.length + entryOverheadBytes);
    if (!this.isTooLarge()) this.scratch.list.push(name, value);
  }

  /** Counts a field; a list that passes its limit is let go at once, and only counted from then on. */
  private count(size: number): void {
    const { scratch } = this;
    scratch.listBytes += size;
    scratch.fields++;
    if (this.isTooLarge()) scratch.list.length = 0;
  }

  private isTooLarge(): boolean {
    const { listBytes, fields } = this.scratch;
    return listBytes > this.listBytesMax || fields > this.fieldsMax;
  }

  private failTooLarge(): undefined {
    const { fields, listBytes } = this.scratch;
    const message =
      fields > this.fieldsMax
        ? `header list of ${fields} fields, but ${this.fieldsMax} is the limit`
        : `header list of ${listBytes} bytes, but ${this.listBytesMax} is the limit`;
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
    this.fail(`a ${part} ${this.scratch.strings.problem}`);
    return false;
  }

  private failUpdateDue(): undefined {
    this.fail("no table size update, though our settings lowered the table size");
  }

  private fail(what: string): void {
    const offset = this.scratch.position - this.scratch.start;
    this.failure = { kind: "compression", message: `header block has ${what} (at byte ${offset})` };
    this.scratch.release();
  }
}
