import { DynamicTable } from "./dynamic-table.js";
import type { BlockCursor } from "./integer.js";
import { initialTableSizeBytes } from "./limits.js";
import { StringReader } from "./string-reader.js";

const noBytes = new Uint8Array(0);
const noList: string[] = [];

/**
 * What a decoder needs while it decodes one header block. Nothing else runs meanwhile, so that the decoders of thousands
 * of connections can share one, and each of them holds only what it must remember.
 */
export class HpackScratch implements BlockCursor {
  bytes: Uint8Array = noBytes;
  position: number = 0;
  end: number = 0;
  /** Where the block begins. */
  start: number = 0;
  readonly strings: StringReader = new StringReader(this);
  list: string[] = noList;
  listBytes: number = 0;
  fields: number = 0;
  /** The block means the same when it comes again: no update, no insertion, nothing to keep secret. */
  repeatable: boolean = true;
  /** Stands for the table of each decoder that has not stored anything; never written. */
  readonly emptyTable: DynamicTable = new DynamicTable(initialTableSizeBytes);

  /** A block begins. */
  begin(block: Uint8Array, start: number, end: number): void {
    this.bytes = block;
    this.position = start;
    this.end = end;
    this.start = start;
    this.repeatable = true;
    this.list = [];
    this.listBytes = 0;
    this.fields = 0;
  }

  /** The block is done: lets go of its bytes and of the list. */
  release(): void {
    this.list = noList;
    this.bytes = noBytes;
    this.strings.release();
  }
}
