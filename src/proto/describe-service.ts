import { create } from "@bufbuild/protobuf";
import { type MethodDescriptorProto, MethodOptionsSchema, type ServiceDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { MethodNode, MethodType, ServiceNode } from "./ast.js";
import { type DescribeContext, OptionsOf, skipEmpty } from "./describe-context.js";
import { NewMethod, NewService } from "./make.js";
import { joined } from "./names.js";

export function describeService(
  context: DescribeContext,
  node: ServiceNode,
  scope: string,
  path: readonly number[],
): ServiceDescriptorProto {
  const { info, origins } = context;
  const desc = new NewService();
  desc.name = node.name.text;
  origins.set(desc, node);
  const fullName = joined(scope, desc.name);
  const location = info.add(path, node.start, node.end);
  info.addPart(path, 1, node.name.start, node.name.end);
  info.declare(location, node.body.open);
  const options = new OptionsOf(context, "ServiceOptions", desc, fullName, [...path, 3]);
  for (const element of node.body.elements) {
    if (element.kind === "method")
      desc.method.push(describeMethod(context, element, fullName, [...path, 2, desc.method.length]));
    else if (element.kind === "option") options.statement(element);
    else skipEmpty(context, element);
  }
  info.close(node.body.close);
  return desc;
}

function describeMethod(
  context: DescribeContext,
  node: MethodNode,
  scope: string,
  path: number[],
): MethodDescriptorProto {
  const { info, origins } = context;
  const desc = new NewMethod();
  desc.name = node.name.text;
  origins.set(desc, node);
  const fullName = joined(scope, desc.name);
  const location = info.add(path, node.start, node.end);
  info.addPart(path, 1, node.name.start, node.name.end);
  desc.inputType = describeMethodType(context, node.input, path, 5, 2);
  desc.outputType = describeMethodType(context, node.output, path, 6, 3);
  if (node.input.stream !== undefined) desc.clientStreaming = true;
  if (node.output.stream !== undefined) desc.serverStreaming = true;
  context.typeReferences.push({ kind: "input", desc, name: node.input.name, scope: fullName });
  context.typeReferences.push({ kind: "output", desc, name: node.output.name, scope: fullName });
  if (node.body === undefined) {
    info.declare(location, node.end);
    return desc;
  }
  info.declare(location, node.body.open);
  // As protoc does: a body makes options, even without any in it.
  desc.options = create(MethodOptionsSchema);
  const options = new OptionsOf(context, "MethodOptions", desc, fullName, [...path, 4]);
  for (const element of node.body.elements) {
    if (element.kind === "option") options.statement(element);
    else skipEmpty(context, element);
  }
  info.close(node.body.close);
  return desc;
}

function describeMethodType(
  context: DescribeContext,
  type: MethodType,
  path: readonly number[],
  streamField: number,
  typeField: number,
): string {
  if (type.stream !== undefined) context.info.addPart(path, streamField, type.stream.start, type.stream.end);
  context.info.addPart(path, typeField, type.name.start, type.name.end);
  return type.name.text;
}
