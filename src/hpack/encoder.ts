import type { HeaderList } from "../base/transport.js";
import { EncoderIndex } from "./encoder-index.js";
import type { HeaderBlockWriter } from "./header-block-writer.js";
import { huffmanEncode, huffmanLength } from "./huffman.js";
import { Indexing, nameTraits } from "./indexing-policy.js";
import { writeInteger } from "./integer.js";
import { initialTableSizeBytes, nameOnlyValueBytesMax } from "./limits.js";
import { ListCache } from "./list-cache.js";
import { findStatic, staticEntryCount } from "./static-table.js";

/** What bounds an encoder. */
export interface HpackEncoderOptions {
  /** Size of the dynamic table that we are willing to use, in bytes, if the peer allows it. Default 4096. */
  readonly tableSizeMax?: number;
}

/** Encodes the header lists of one connection, in the order in which they are sent (RFC 7541 section 3). */
export class HpackEncoder {
  private readonly tableSizeMax: number;
  private readonly index: EncoderIndex = new EncoderIndex(initialTableSizeBytes);
  private lists: ListCache | undefined;
  /** The smallest table size since the last block, which has to be told to the peer; -1 for none. */
  private pendingSmallest: number = -1;
  /** The table size that the peer knows of. */
  private announcedSize: number = initialTableSizeBytes;

  constructor(options: HpackEncoderOptions = {}) {
    this.tableSizeMax = options.tableSizeMax ?? initialTableSizeBytes;
    this.setPeerTableSize(initialTableSizeBytes);
  }

  /** Size of the dynamic table, in bytes. */
  get tableSizeBytes(): number {
    return this.index.table.sizeBytes;
  }

  /** The dynamic table as a header list, the newest entry first. For tests and debugging. */
  tableEntries(): HeaderList {
    const list: string[] = [];
    const { table } = this.index;
    for (let entry = table.newest; entry >= table.oldest; entry--) list.push(table.nameOf(entry), table.valueOf(entry));
    return list;
  }

  /**
   * Takes the peer's SETTINGS_HEADER_TABLE_SIZE. The next block begins with what the peer has to know of it: the
   * smallest size that there was in between, then the last (RFC 7541 section 4.2).
   *
   * @param bytes 0 to 2^32-1
   */
  setPeerTableSize(bytes: number): void {
    const size = Math.min(bytes, this.tableSizeMax);
    const { table } = this.index;
    if (size === table.sizeBytesMax) return;
    this.pendingSmallest =
      this.pendingSmallest < 0 ? Math.min(size, this.announcedSize) : Math.min(size, this.pendingSmallest);
    this.index.resize(size);
  }

  /**
   * Appends the encoding of a header list. A frozen list that comes again is recognised and costs a copy.
   *
   * @param headers name, value, name, value, ...; names lower case; characters over 0xff lose their upper bits
   * @param sensitive lower-case names whose values no hop may put into a table, beside those that never are:
   *   `authorization`, `proxy-authorization`, `cookie`, `set-cookie`
   */
  encode(headers: HeaderList, sensitive: ReadonlySet<string> | undefined, out: HeaderBlockWriter): void {
    const { table } = this.index;
    this.index.countBlock();
    if (this.pendingSmallest >= 0) this.writeSizeUpdates(out);
    const cacheable = sensitive === undefined || sensitive.size === 0;
    if (cacheable && this.lists?.append(headers, table.version, out)) return;
    const version = table.version;
    const start = out.length;
    for (let i = 0; i + 1 < headers.length; i += 2) {
      this.encodeField(headers[i] as string, headers[i + 1] as string, sensitive, out);
    }
    if (!cacheable || version !== table.version) return;
    this.lists ??= new ListCache();
    this.lists.offer(headers, version, out.buffer, start, out.length);
  }

  private writeSizeUpdates(out: HeaderBlockWriter): void {
    const size = this.index.table.sizeBytesMax;
    if (this.pendingSmallest < size && this.pendingSmallest < this.announcedSize) {
      writeInteger(out, 0x1f, 0x20, this.pendingSmallest);
      writeInteger(out, 0x1f, 0x20, size);
    } else if (size !== this.announcedSize) {
      writeInteger(out, 0x1f, 0x20, size);
    }
    this.announcedSize = size;
    this.pendingSmallest = -1;
  }

  private encodeField(
    name: string,
    value: string,
    sensitive: ReadonlySet<string> | undefined,
    out: HeaderBlockWriter,
  ): void {
    const traits = nameTraits.get(name) ?? 0;
    const staticIndex = traits >> 2;
    const indexing = traits & 3;
    if (indexing === Indexing.never || sensitive?.has(name)) {
      this.writeLiteral(0x10, 0x0f, staticIndex || this.dynamicName(name), name, value, out);
      return;
    }
    const known = staticIndex === 0 ? 0 : findStatic(staticIndex, name, value);
    if (known > 0) {
      writeInteger(out, 0x7f, 0x80, known);
      return;
    }
    const found = this.index.find(name, value);
    if (found > 0) {
      writeInteger(out, 0x7f, 0x80, found + staticEntryCount);
      return;
    }
    const nameIndex = staticIndex || (found < 0 ? staticEntryCount - found : 0);
    if (this.wantsEntry(indexing, name, value, nameIndex) && this.index.admits(name, value)) {
      this.writeLiteral(0x40, 0x3f, nameIndex, name, value, out);
      this.index.add(name, value);
    } else {
      this.writeLiteral(0, 0x0f, nameIndex, name, value, out);
    }
  }

  private wantsEntry(indexing: number, name: string, value: string, nameIndex: number): boolean {
    if (indexing === Indexing.always) return true;
    if (indexing === Indexing.nameOnly) return nameIndex === 0 && value.length <= nameOnlyValueBytesMax;
    return this.index.cameTwice(name, value);
  }

  /** Index of any entry that has the name, or 0. */
  private dynamicName(name: string): number {
    const found = this.index.find(name, "");
    return found === 0 ? 0 : staticEntryCount + Math.abs(found);
  }

  private writeLiteral(
    pattern: number,
    mask: number,
    nameIndex: number,
    name: string,
    value: string,
    out: HeaderBlockWriter,
  ): void {
    writeInteger(out, mask, pattern, nameIndex);
    if (nameIndex === 0) writeString(out, name);
    writeString(out, value);
  }
}

/** Writes a string literal (RFC 7541 section 5.2), in the Huffman code when that is shorter. */
function writeString(out: HeaderBlockWriter, text: string): void {
  const encodedLength = huffmanLength(text);
  if (encodedLength < text.length) {
    writeInteger(out, 0x7f, 0x80, encodedLength);
    out.reserve(encodedLength);
    out.length = huffmanEncode(text, out.buffer, out.length);
    return;
  }
  writeInteger(out, 0x7f, 0, text.length);
  out.reserve(text.length);
  const { buffer, length } = out;
  for (let i = 0; i < text.length; i++) buffer[length + i] = text.charCodeAt(i);
  out.length = length + text.length;
}
