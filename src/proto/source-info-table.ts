import { create } from "@bufbuild/protobuf";
import {
  type SourceCodeInfo,
  type SourceCodeInfo_Location,
  SourceCodeInfo_LocationSchema,
  SourceCodeInfoSchema,
} from "@bufbuild/protobuf/wkt";
import type { BackwardWriter } from "./backward-writer.js";
import { IntPool } from "./int-pool.js";
import { wellFormed } from "./raw-bytes.js";

/** The comments of one location. */
export interface LocationComments {
  readonly leading: string;
  readonly trailing: string;
  readonly detached: readonly string[];
}

const noInts = new Int32Array(0);
const intsMin = 1_024;

/** Numbers of a location in front of its path: the path's length, line, column, line and column of the end. */
const headLength = 5;

/**
 * The locations of one file as numbers in one array: a large file has tens of thousands, and a message for each takes ten
 * times the room. A location is known by its place in the order.
 */
export class SourceInfoTable {
  readonly #pool: IntPool;
  #ints: Int32Array = noInts;
  #used = 0;
  readonly #starts: number[] = [];
  readonly #comments = new Map<number, LocationComments>();
  /** Paths that became known later. */
  readonly #paths = new Map<number, readonly number[]>();

  constructor(pool: IntPool = new IntPool()) {
    this.#pool = pool;
  }

  /** Others may use its memory. */
  release(): void {
    this.#pool.give(this.#ints);
    this.#ints = noInts;
    this.#used = 0;
  }

  get count(): number {
    return this.#starts.length;
  }

  /** @param part one more number of the path, or -1 */
  add(path: readonly number[], part: number, line: number, column: number, endLine: number, endColumn: number): number {
    const length = path.length + (part === -1 ? 0 : 1);
    if (this.#used + headLength + length > this.#ints.length) this.#grow(length);
    const ints = this.#ints;
    let at = this.#used;
    this.#starts.push(at);
    ints[at++] = length;
    ints[at++] = line;
    ints[at++] = column;
    ints[at++] = endLine;
    ints[at++] = endColumn;
    for (let i = 0; i < path.length; i++) ints[at++] = path[i] as number;
    if (part !== -1) ints[at++] = part;
    this.#used = at;
    return this.#starts.length - 1;
  }

  setPath(location: number, path: readonly number[]): void {
    this.#paths.set(location, path);
  }

  setComments(location: number, comments: LocationComments): void {
    this.#comments.set(location, comments);
  }

  /** Writes field 2 of a `SourceCodeInfo.Location`. */
  writeSpan(location: number, writer: BackwardWriter): void {
    const ints = this.#ints;
    const start = this.#starts[location] as number;
    const before = writer.length;
    writer.varint(ints[start + 4] as number);
    if (ints[start + 1] !== ints[start + 3]) writer.varint(ints[start + 3] as number);
    writer.varint(ints[start + 2] as number);
    writer.varint(ints[start + 1] as number);
    writer.close(2, before);
  }

  /** Writes field 1 of a `SourceCodeInfo.Location`; there is none where the path is empty. */
  writePath(location: number, writer: BackwardWriter): void {
    const path = this.#paths.get(location);
    const ints: ArrayLike<number> = path ?? this.#ints;
    const first = path === undefined ? (this.#starts[location] as number) + headLength : 0;
    const length = path?.length ?? (this.#ints[this.#starts[location] as number] as number);
    if (length === 0) return;
    const before = writer.length;
    for (let i = first + length - 1; i >= first; i--) writer.varint(ints[i] as number);
    writer.close(1, before);
  }

  commentsOf(location: number): LocationComments | undefined {
    return this.#comments.get(location);
  }

  pathOf(location: number): ArrayLike<number> {
    const path = this.#paths.get(location);
    if (path !== undefined) return path;
    const start = this.#starts[location] as number;
    return this.#ints.subarray(start + headLength, start + headLength + (this.#ints[start] as number));
  }

  /** Three numbers where it ends on the line that it begins on, else four. */
  spanOf(location: number): number[] {
    const start = this.#starts[location] as number;
    const [line, column, endLine, endColumn] = this.#ints.subarray(start + 1, start + headLength) as unknown as [
      number,
      number,
      number,
      number,
    ];
    return line === endLine ? [line, column, endColumn] : [line, column, endLine, endColumn];
  }

  toMessage(): SourceCodeInfo {
    const info = create(SourceCodeInfoSchema);
    for (let i = 0; i < this.count; i++) info.location.push(this.#message(i));
    return info;
  }

  #message(index: number): SourceCodeInfo_Location {
    const location = create(SourceCodeInfo_LocationSchema);
    location.path = Array.from(this.pathOf(index));
    location.span = this.spanOf(index);
    const comments = this.#comments.get(index);
    if (comments === undefined) return location;
    // A message holds text: bytes that are none, of which the file was told, are U+FFFD in it.
    if (comments.leading !== "") location.leadingComments = wellFormed(comments.leading);
    if (comments.trailing !== "") location.trailingComments = wellFormed(comments.trailing);
    location.leadingDetachedComments = comments.detached.map(wellFormed);
    return location;
  }

  #grow(length: number): void {
    this.#ints = this.#pool.grow(this.#ints, Math.max(intsMin, this.#ints.length * 2 + length));
  }
}
