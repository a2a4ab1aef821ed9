import { create } from "@bufbuild/protobuf";
import {
  type EnumDescriptorProto,
  type EnumDescriptorProto_EnumReservedRange,
  EnumDescriptorProto_EnumReservedRangeSchema,
  type EnumValueDescriptorProto,
  SymbolVisibility,
} from "@bufbuild/protobuf/wkt";
import type { EnumNode, EnumValueNode, VisibilityNode } from "./ast.js";
import { type DescribeContext, OptionsOf, skipEmpty } from "./describe-context.js";
import { boundedNumber, describeReserved, enumNumbers, type ReservedForm } from "./describe-reserved.js";
import { NewEnum, NewEnumValue } from "./make.js";
import { joined } from "./names.js";

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
    else if (element.kind === "reserved") describeReserved(context, element, desc, path, reservedForm);
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
  desc.number = boundedNumber(context, node.number, enumNumbers);
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

/** Unlike those of messages, ranges of enums hold their end. */
const reservedForm: ReservedForm<EnumDescriptorProto_EnumReservedRange> = {
  bounds: enumNumbers,
  rangeField: 4,
  nameField: 5,
  makeRange: (start, end) => create(EnumDescriptorProto_EnumReservedRangeSchema, { start, end }),
};
