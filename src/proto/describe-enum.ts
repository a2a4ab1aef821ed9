import { create } from "@bufbuild/protobuf";
import {
  type EnumDescriptorProto,
  EnumDescriptorProto_EnumReservedRangeSchema,
  type EnumValueDescriptorProto,
  SymbolVisibility,
} from "@bufbuild/protobuf/wkt";
import type { EnumNode, EnumValueNode, IntegerValue, RangeNode, ReservedNode, VisibilityNode } from "./ast.js";
import { type DescribeContext, OptionsOf, skipEmpty } from "./describe-context.js";
import { NewEnum, NewEnumValue } from "./make.js";
import { joined } from "./names.js";

const int32Min = -0x80000000;
const int32Max = 0x7fffffff;

export function describeEnum(
  context: DescribeContext,
  node: EnumNode,
  scope: string,
  path: readonly number[],
): EnumDescriptorProto {
  const { info, origins } = context;
  const desc = new NewEnum();
  desc.name = node.name.text;
  if (node.visibility !== undefined) desc.visibility = visibilityOf(node.visibility);
  origins.set(desc, node);
  const location = info.add(path, node.start, node.end);
  info.addPart(path, 1, node.name.start, node.name.end);
  info.declare(location, node.body.open);
  const options = new OptionsOf(context, "EnumOptions", desc, joined(scope, desc.name), [...path, 3]);
  for (const element of node.body.elements) {
    if (element.kind === "value")
      desc.value.push(describeValue(context, element, scope, [...path, 2, desc.value.length]));
    else if (element.kind === "option") options.statement(element);
    else if (element.kind === "reserved") describeReserved(context, element, desc, path);
    else skipEmpty(context, element);
  }
  info.close(node.body.close);
  return desc;
}

export function visibilityOf(node: VisibilityNode): SymbolVisibility {
  return node.text === "export" ? SymbolVisibility.VISIBILITY_EXPORT : SymbolVisibility.VISIBILITY_LOCAL;
}

/** Values live beside their enum, not in it, so their scope is the enum's. */
function describeValue(
  context: DescribeContext,
  node: EnumValueNode,
  scope: string,
  path: number[],
): EnumValueDescriptorProto {
  const { info, origins } = context;
  const desc = new NewEnumValue();
  desc.name = node.name.text;
  desc.number = int32(context, node.number);
  origins.set(desc, node);
  const location = info.add(path, node.start, node.end);
  info.addPart(path, 1, node.name.start, node.name.end);
  info.addPart(path, 2, node.number.start, node.number.end);
  if (node.options !== undefined) {
    const optionsPath = [...path, 3];
    info.add(optionsPath, node.options.start, node.options.end);
    const options = new OptionsOf(context, "EnumValueOptions", desc, joined(scope, desc.name), optionsPath);
    for (const option of node.options.options) options.add(option);
  }
  info.declare(location, node.end);
  return desc;
}

function describeReserved(
  context: DescribeContext,
  node: ReservedNode,
  desc: EnumDescriptorProto,
  enumPath: readonly number[],
): void {
  const { info } = context;
  const path = [...enumPath, node.names.length > 0 ? 5 : 4];
  const location = info.add(path, node.start, node.end);
  for (const range of node.ranges) {
    const at = [...path, desc.reservedRange.length];
    const [start, end] = describeRange(context, range, at);
    desc.reservedRange.push(create(EnumDescriptorProto_EnumReservedRangeSchema, { start, end }));
  }
  for (const name of node.names) {
    info.addPart(path, desc.reservedName.length, name.start, name.end);
    desc.reservedName.push(name.text);
  }
  info.declare(location, node.end);
}

/** Unlike those of messages, ranges of enums hold their end. */
function describeRange(context: DescribeContext, range: RangeNode, path: number[]): [number, number] {
  const { info } = context;
  info.add(path, range.start, range.end);
  info.addPart(path, 1, range.from.start, range.from.end);
  const last = range.to ?? range.toMax ?? range.from;
  info.addPart(path, 2, last.start, last.end);
  const start = int32(context, range.from);
  const end = range.toMax !== undefined ? int32Max : range.to === undefined ? start : int32(context, range.to);
  if (end < start) context.error(range, "The end of a range must not be less than its start.");
  return [start, end];
}

function int32(context: DescribeContext, number: IntegerValue): number {
  if (number.value >= BigInt(int32Min) && number.value <= BigInt(int32Max)) return Number(number.value);
  context.error(number, `Enum numbers go from ${int32Min} to ${int32Max}.`);
  return number.value < 0n ? int32Min : int32Max;
}
