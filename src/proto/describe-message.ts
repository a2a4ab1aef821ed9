import { create } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProto_ExtensionRangeSchema,
  type DescriptorProto_ReservedRange,
  DescriptorProto_ReservedRangeSchema,
  type FieldDescriptorProto,
  OneofDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { ExtendNode, ExtensionsNode, FieldNode, MessageElement, MessageNode, OneofNode } from "./ast.js";
import { type DescribeContext, OptionsOf, skipEmpty } from "./describe-context.js";
import { describeEnum, visibilityOf } from "./describe-enum.js";
import { addSyntheticOneofs, describeField, type FieldHome } from "./describe-field.js";
import {
  describeRange,
  describeReserved,
  fieldNumbers,
  type ReservedForm,
  reservedNumbers,
  setNumbers,
} from "./describe-reserved.js";
import { NewMessage } from "./make.js";
import { joined } from "./names.js";

export function describeMessage(
  context: DescribeContext,
  node: MessageNode,
  scope: string,
  path: readonly number[],
): DescriptorProto {
  const desc = new NewMessage();
  desc.name = node.name.text;
  if (node.visibility !== undefined) desc.visibility = visibilityOf(node.visibility);
  context.origins.set(desc, node);
  const location = context.info.add(path, node.start, node.end);
  context.info.addPart(path, 1, node.name.start, node.name.end);
  context.info.declare(location, node.body.open);
  new MessageDescriber(context, desc, joined(scope, desc.name), path).body(node.body);
  return desc;
}

/** Fills one message from its body. */
class MessageDescriber {
  readonly #context: DescribeContext;
  readonly #desc: DescriptorProto;
  readonly #fullName: string;
  readonly #path: readonly number[];
  readonly #options: OptionsOf;
  readonly #optional: FieldDescriptorProto[] = [];
  #isSet = false;

  constructor(context: DescribeContext, desc: DescriptorProto, fullName: string, path: readonly number[]) {
    this.#context = context;
    this.#desc = desc;
    this.#fullName = fullName;
    this.#path = path;
    this.#options = new OptionsOf(context, "MessageOptions", desc, fullName, [...path, 7]);
  }

  body(body: MessageNode["body"]): void {
    this.#isSet = body.elements.some(makesSet);
    for (const element of body.elements) this.#element(element);
    this.#context.info.close(body.close);
    for (const [i, name] of addSyntheticOneofs(this.#desc, this.#optional).entries()) {
      const field = this.#optional[i] as FieldDescriptorProto;
      field.oneofIndex = this.#desc.oneofDecl.length;
      this.#desc.oneofDecl.push(create(OneofDescriptorProtoSchema, { name }));
    }
  }

  #element(node: MessageElement): void {
    const desc = this.#desc;
    switch (node.kind) {
      case "field":
        this.#field(node);
        return;
      case "message":
        // The place is taken first: the body of the nested message must not move it.
        desc.nestedType.push(
          describeMessage(this.#context, node, this.#fullName, [...this.#path, 3, desc.nestedType.length]),
        );
        return;
      case "enum":
        desc.enumType.push(describeEnum(this.#context, node, this.#fullName, [...this.#path, 4, desc.enumType.length]));
        return;
      case "oneof":
        this.#oneof(node);
        return;
      case "extend":
        describeExtend(this.#context, node, this.#fullName, [...this.#path, 6], desc.extension, {
          list: desc.nestedType,
          path: [...this.#path, 3],
        });
        return;
      case "extensions":
        this.#extensions(node);
        return;
      case "reserved":
        describeReserved(this.#context, node, this.#desc, this.#path, this.#isSet ? setReservedForm : reservedForm);
        return;
      case "option":
        this.#options.statement(node);
        return;
      case "empty":
        skipEmpty(this.#context, node);
        return;
    }
  }

  #field(node: FieldNode): void {
    const field = describeField(this.#context, node, this.#home(), undefined);
    this.#desc.field.push(field);
    if (this.#context.syntax !== "proto3" || node.label?.text !== "optional") return;
    field.proto3Optional = true;
    this.#optional.push(field);
  }

  #home(): FieldHome {
    const nested = { list: this.#desc.nestedType, path: [...this.#path, 3] };
    return fieldHome(this.#context, this.#fullName, [...this.#path, 2, this.#desc.field.length], nested);
  }

  #oneof(node: OneofNode): void {
    const { info, origins } = this.#context;
    const index = this.#desc.oneofDecl.length;
    const path = [...this.#path, 8, index];
    const oneof = create(OneofDescriptorProtoSchema, { name: node.name.text });
    this.#desc.oneofDecl.push(oneof);
    origins.set(oneof, node);
    const location = info.add(path, node.start, node.end);
    info.addPart(path, 1, node.name.start, node.name.end);
    info.declare(location, node.body.open);
    const options = new OptionsOf(this.#context, "OneofOptions", oneof, joined(this.#fullName, oneof.name), [
      ...path,
      2,
    ]);
    let fields = 0;
    for (const element of node.body.elements) {
      if (element.kind === "option") options.statement(element);
      else {
        fields++;
        this.#oneofField(element, index);
      }
    }
    if (fields === 0) this.#context.error(node.name, `Oneof "${oneof.name}" must have at least one field.`);
    info.close(node.body.close);
  }

  #oneofField(node: FieldNode, index: number): void {
    if (node.label !== undefined)
      this.#context.error(node.label, "Fields in oneofs must not have labels (required / optional / repeated).");
    if (node.map !== undefined) this.#context.error(node.map, "Map fields are not allowed in oneofs.");
    const field = describeField(this.#context, node, this.#home(), undefined);
    field.oneofIndex = index;
    this.#desc.field.push(field);
  }

  #extensions(node: ExtensionsNode): void {
    const { info } = this.#context;
    const path = [...this.#path, 5];
    const location = info.add(path, node.start, node.end);
    const first = this.#desc.extensionRange.length;
    for (const range of node.ranges) {
      const at = [...path, this.#desc.extensionRange.length];
      const [start, end] = describeRange(this.#context, range, at, this.#isSet ? setNumbers : fieldNumbers);
      this.#desc.extensionRange.push(create(DescriptorProto_ExtensionRangeSchema, { start, end: end + 1 }));
    }
    if (node.options !== undefined) {
      for (let i = first; i < this.#desc.extensionRange.length; i++) {
        const optionsPath = [...path, i, 3];
        info.add(optionsPath, node.options.start, node.options.end);
        const owner = this.#desc.extensionRange[i] as object;
        const options = new OptionsOf(this.#context, "ExtensionRangeOptions", owner, this.#fullName, optionsPath);
        for (const option of node.options.options) options.add(option);
      }
    }
    info.declare(location, node.end);
  }
}

/** Ranges of messages end before their end. */
const reservedForm: ReservedForm<DescriptorProto_ReservedRange> = {
  bounds: reservedNumbers,
  rangeField: 9,
  nameField: 10,
  makeRange: (first, last) => create(DescriptorProto_ReservedRangeSchema, { start: first, end: last + 1 }),
};

const setReservedForm: ReservedForm<DescriptorProto_ReservedRange> = { ...reservedForm, bounds: setNumbers };

function makesSet(element: MessageElement): boolean {
  if (element.kind !== "option" || element.value.kind !== "identifier" || element.value.text !== "true") return false;
  const [part, more] = element.name;
  return more === undefined && part?.text === "message_set_wire_format" && !part.isExtension;
}

interface NestedMessages {
  readonly list: DescriptorProto[];
  readonly path: readonly number[];
}

function fieldHome(context: DescribeContext, scope: string, path: number[], nested: NestedMessages): FieldHome {
  return {
    scope,
    path,
    nested: nested.list,
    nestedPath: (index) => [...nested.path, index],
    group: (node, message, fullName, groupPath) => {
      if (node.group !== undefined) new MessageDescriber(context, message, fullName, groupPath).body(node.group);
    },
  };
}

/** `extend Type { ... }`, at the top or in a message. */
export function describeExtend(
  context: DescribeContext,
  node: ExtendNode,
  scope: string,
  path: readonly number[],
  into: FieldDescriptorProto[],
  nested: NestedMessages,
): void {
  const location = context.info.add(path, node.start, node.end);
  context.info.declare(location, node.body.open);
  let fields = 0;
  for (const element of node.body.elements) {
    fields++;
    if (element.map !== undefined) context.error(element.map, "Map fields are not allowed to be extensions.");
    const home = fieldHome(context, scope, [...path, into.length], nested);
    const field = describeField(context, element, home, node.extendee);
    if (context.syntax === "proto3" && element.label?.text === "optional") field.proto3Optional = true;
    into.push(field);
  }
  if (fields === 0) context.error(node.extendee, `"extend" must have at least one field.`);
  context.info.close(node.body.close);
}
