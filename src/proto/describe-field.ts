import { create } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
  MessageOptionsSchema,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type { FieldNode, MapType, Name, OptionNode } from "./ast.js";
import { type DescribeContext, OptionsOf } from "./describe-context.js";
import { NewField, NewMessage } from "./make.js";
import { defaultJsonName, joined, mapEntryName } from "./names.js";
import { scalarTypeOf } from "./scalar-types.js";
import { noLocation } from "./source-info.js";
import { notUtf8 } from "./string-literal.js";

/** Where a field goes. */
export interface FieldHome {
  /** The message, or the scope of the `extend`. */
  readonly scope: string;
  readonly path: readonly number[];
  /** Messages that come with fields (map entries, groups) are put here, */
  readonly nested: DescriptorProto[];
  /** and this is their path. */
  nestedPath(index: number): number[];
  /** Reads the body of a group. */
  group(node: FieldNode, message: DescriptorProto, fullName: string, path: readonly number[]): void;
}

/** Makes the descriptor of a field of a message, a oneof or an `extend`. */
export function describeField(
  context: DescribeContext,
  node: FieldNode,
  home: FieldHome,
  extendee: Name | undefined,
): FieldDescriptorProto {
  const { info } = context;
  const path = home.path;
  const desc = new NewField();
  const isGroup = node.group !== undefined;
  desc.name = isGroup ? node.name.text.toLowerCase() : node.name.text;
  desc.number = saturated(node.number.value);
  desc.label = labelOf(node);
  const fullName = joined(home.scope, desc.name);
  const location = info.add(path, node.start, node.end);
  if (extendee !== undefined) {
    info.addPart(path, 2, extendee.start, extendee.end);
    desc.extendee = extendee.text;
    context.typeReferences.push({ kind: "extendee", desc, name: extendee, scope: fullName });
  }
  if (node.label !== undefined) info.addPart(path, 4, node.label.start, node.label.end);
  describeType(context, node, desc, fullName, home);
  info.addPart(path, 1, node.name.start, node.name.end);
  info.addPart(path, 3, node.number.start, node.number.end);
  desc.jsonName = defaultJsonName(desc.name);
  describeOptions(context, node, desc, fullName, path);
  if (isGroup) describeGroup(context, node, desc, home);
  else info.declare(location, node.end);
  context.origins.set(desc, node);
  return desc;
}

function labelOf(node: FieldNode): Label {
  if (node.map !== undefined || node.label?.text === "repeated") return Label.REPEATED;
  return node.label?.text === "required" ? Label.REQUIRED : Label.OPTIONAL;
}

/** A number that does not fit is told later, as any number that is out of range. */
function saturated(value: bigint): number {
  return value > 0x7fffffffn ? 0x7fffffff : Number(value);
}

function describeType(
  context: DescribeContext,
  node: FieldNode,
  desc: FieldDescriptorProto,
  fullName: string,
  home: FieldHome,
): void {
  const { info } = context;
  if (node.map !== undefined) {
    info.addPart(home.path, 6, node.map.start, node.map.end);
    const entry = describeMapEntry(context, node, node.map, home.scope);
    context.origins.set(entry, node);
    home.nested.push(entry);
    desc.type = Type.MESSAGE;
    desc.typeName = `.${joined(home.scope, entry.name)}`;
    return;
  }
  const type = node.type as Name;
  const isGroup = node.group !== undefined;
  const isScalar = isGroup || setType(context, desc, type, fullName);
  if (isGroup) desc.type = Type.GROUP;
  info.addPart(home.path, isScalar ? 5 : 6, type.start, type.end);
}

/** @returns false when the type is a name to be found later */
function setType(context: DescribeContext, desc: FieldDescriptorProto, type: Name, scope: string): boolean {
  const scalar = scalarTypeOf(type.text);
  if (scalar !== undefined) {
    desc.type = scalar;
    return true;
  }
  desc.typeName = type.text;
  context.typeReferences.push({ kind: "field", desc, name: type, scope });
  return false;
}

function describeMapEntry(context: DescribeContext, node: FieldNode, map: MapType, scope: string): DescriptorProto {
  const entry = new NewMessage();
  entry.name = mapEntryName(node.name.text);
  entry.options = create(MessageOptionsSchema, { mapEntry: true });
  const entryName = joined(scope, entry.name);
  for (const [index, type] of [map.key, map.value].entries()) {
    const field = new NewField();
    field.name = index === 0 ? "key" : "value";
    field.number = index + 1;
    field.label = Label.OPTIONAL;
    field.jsonName = field.name;
    setType(context, field, type, joined(entryName, field.name));
    copyFeatures(context, node, field, joined(entryName, field.name));
    entry.field.push(field);
  }
  return entry;
}

/** A map's features are those of its keys and values as well. */
function copyFeatures(context: DescribeContext, node: FieldNode, owner: FieldDescriptorProto, scope: string): void {
  const features = node.options?.options.filter(({ name: [part] }) => part?.text === "features" && !part.isExtension);
  if (features === undefined || features.length === 0) return;
  const items = features.map((option) => ({ node: option, location: noLocation, path: [] }));
  context.pendingOptions.push({ type: "google.protobuf.FieldOptions", owner, scope, items });
}

function describeOptions(
  context: DescribeContext,
  node: FieldNode,
  desc: FieldDescriptorProto,
  fullName: string,
  path: readonly number[],
): void {
  if (node.options === undefined) return;
  const optionsPath = [...path, 8];
  context.info.add(optionsPath, node.options.start, node.options.end);
  const options = new OptionsOf(context, "FieldOptions", desc, fullName, optionsPath);
  const seen = new Set<string>();
  for (const option of node.options.options) {
    const [part, more] = option.name;
    const isPseudo = part !== undefined && more === undefined && !part.isExtension;
    const name = isPseudo ? part.text : "";
    if (name !== "json_name" && name !== "default") {
      options.add(option);
      continue;
    }
    if (seen.has(name)) context.error(option, `Option "${name}" was already set.`);
    seen.add(name);
    if (name === "json_name") setJsonName(context, option, desc, path);
    else setDefault(context, option, desc, path);
  }
}

function setJsonName(
  context: DescribeContext,
  option: OptionNode,
  desc: FieldDescriptorProto,
  path: readonly number[],
): void {
  context.info.addPart(path, 10, option.start, option.end);
  context.info.addPart(path, 10, option.value.start, option.value.end);
  const name = option.value;
  if (name.kind !== "string") context.error(name, "Expected string for JSON name.");
  else if (!name.isUtf8) context.error(name, notUtf8);
  // The default may be said of an extension: nobody can tell it from one that is not said.
  else if (desc.extendee !== "" && name.text !== desc.jsonName)
    context.error(option, 'Option "json_name" is not allowed on extension fields.');
  else if (name.text.startsWith("[") && name.text.endsWith("]"))
    context.error(name, 'A JSON name must not start with "[" and end with "]": such names are those of extensions.');
  else if (name.text.includes("\0")) context.error(name, "A JSON name must not contain a zero byte.");
  else desc.jsonName = name.text;
}

/** The value is written as text when the field's type is known, which is when the link checks it. */
function setDefault(
  context: DescribeContext,
  option: OptionNode,
  desc: FieldDescriptorProto,
  path: readonly number[],
): void {
  context.info.addPart(path, 7, option.value.start, option.value.end);
  context.origins.defaults.set(desc, option);
}

function describeGroup(context: DescribeContext, node: FieldNode, desc: FieldDescriptorProto, home: FieldHome): void {
  const index = home.nested.length;
  const message = new NewMessage();
  message.name = node.name.text;
  home.nested.push(message);
  const path = home.nestedPath(index);
  const { info } = context;
  const location = info.add(path, node.start, node.end);
  info.addPart(path, 1, node.name.start, node.name.end);
  info.addPart(home.path, 6, node.name.start, node.name.end);
  const fullName = joined(home.scope, message.name);
  desc.typeName = `.${fullName}`;
  context.origins.set(message, node);
  if (node.group !== undefined) info.declare(location, node.group.open);
  home.group(node, message, fullName, path);
}

/** The `_name` oneofs that proto3's `optional` means, behind all others. */
export function addSyntheticOneofs(message: DescriptorProto, optional: readonly FieldDescriptorProto[]): string[] {
  if (optional.length === 0) return [];
  const taken = new Set([...message.field, ...message.oneofDecl].map((one) => one.name));
  return optional.map((field) => {
    let name = field.name.startsWith("_") ? field.name : `_${field.name}`;
    while (taken.has(name)) name = `X${name}`;
    taken.add(name);
    return name;
  });
}
