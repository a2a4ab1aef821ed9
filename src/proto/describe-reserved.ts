import type { IntegerValue, RangeNode, ReservedNode } from "./ast.js";
import type { DescribeContext } from "./describe-context.js";
import { fieldNumberMax, setNumberMax } from "./limits.js";

/** The numbers that one kind of declaration takes. */
export interface NumberBounds {
  /** For messages: `Field numbers`. */
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** What the word "max" stands for, where that is not {@link max}. */
  readonly wordMax?: number;
}

export const fieldNumbers: NumberBounds = { name: "Field numbers", min: 1, max: fieldNumberMax };
/** What is reserved may lie above what a field can have. */
export const reservedNumbers: NumberBounds = {
  name: "Reserved numbers",
  min: 1,
  max: setNumberMax - 1,
  wordMax: fieldNumberMax,
};
/** Of a message with `message_set_wire_format`, whose extensions go by any positive int32 but the last. */
export const setNumbers: NumberBounds = { name: "Numbers of a message set", min: 1, max: setNumberMax - 1 };
export const enumNumbers: NumberBounds = { name: "Enum numbers", min: -0x80000000, max: 0x7fffffff };

/** What is reserved in a message or enum. */
interface Reserving<Range> {
  readonly reservedRange: Range[];
  readonly reservedName: string[];
}

/** How the descriptor of a message or enum holds what is reserved. */
export interface ReservedForm<Range> {
  readonly bounds: NumberBounds;
  /** Numbers of the fields in the descriptor, for places. */
  readonly rangeField: number;
  readonly nameField: number;
  makeRange(first: number, last: number): Range;
}

/** `reserved 1 to 5;` or `reserved "a";` in a message or enum. */
export function describeReserved<Range>(
  context: DescribeContext,
  node: ReservedNode,
  desc: Reserving<Range>,
  descPath: readonly number[],
  { bounds, rangeField, nameField, makeRange }: ReservedForm<Range>,
): void {
  const { info } = context;
  const path = [...descPath, node.names.length > 0 ? nameField : rangeField];
  const location = info.add(path, node.start, node.end);
  for (const range of node.ranges) {
    const [first, last] = describeRange(context, range, [...path, desc.reservedRange.length], bounds);
    desc.reservedRange.push(makeRange(first, last));
  }
  for (const name of node.names) {
    info.addPart(path, desc.reservedName.length, name.start, name.end);
    desc.reservedName.push(name.text);
  }
  info.declare(location, node.end);
}

/** Records a range of numbers; gives its first and last one. */
export function describeRange(
  context: DescribeContext,
  range: RangeNode,
  path: number[],
  bounds: NumberBounds,
): [first: number, last: number] {
  const { info } = context;
  info.add(path, range.start, range.end);
  info.addPart(path, 1, range.from.start, range.from.end);
  const end = range.to ?? range.toMax;
  // As protoc: one number is its own end, of which it tells the first token, a minus or the number.
  if (end === undefined) info.addPart(path, 2, range.from.start, range.from.start);
  else info.addPart(path, 2, end.start, end.end);
  const first = boundedNumber(context, range.from, bounds);
  let last = first;
  if (range.toMax !== undefined) last = bounds.wordMax ?? bounds.max;
  else if (range.to !== undefined) last = boundedNumber(context, range.to, bounds);
  if (last < first) context.error(range, "The end of a range must not be less than its start.");
  return [first, last];
}

/** A number of a declaration; one that is out of bounds is told, and the nearest one is taken for it. */
export function boundedNumber(context: DescribeContext, number: IntegerValue, bounds: NumberBounds): number {
  const { name, min, max } = bounds;
  if (number.value >= BigInt(min) && number.value <= BigInt(max)) return Number(number.value);
  context.error(number, `${name} go from ${min} to ${max}.`);
  return number.value < BigInt(min) ? min : max;
}
