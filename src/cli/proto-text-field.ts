import type { DescExtension, DescField, DescFile, DescMessage } from "@bufbuild/protobuf";
import { FieldDescriptorProto_Label as Label, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import { quote } from "./proto-text-value.js";

/** True for `group Name = 1 {...}`, which declares a message where its field is. */
export function isGroupField(desc: DescField | DescExtension): boolean {
  return desc.proto.type === Type.GROUP && fileOf(desc).proto.syntax !== "editions";
}

function fileOf(desc: DescField | DescExtension): DescFile {
  return desc.kind === "extension" ? desc.file : desc.parent.file;
}

/** Messages that are written where their field is. */
export function groupTypes(fields: readonly (DescField | DescExtension)[]): ReadonlySet<DescMessage> {
  return new Set(fields.filter(isGroupField).flatMap((field) => field.message ?? []));
}

export function labelOf(desc: DescField | DescExtension): string {
  const { proto } = desc;
  if (desc.fieldKind === "map" || (desc.kind === "field" && desc.oneof !== undefined)) return "";
  if (proto.label === Label.REPEATED) return "repeated ";
  const { syntax } = fileOf(desc).proto;
  if (syntax === "editions") return "";
  if (syntax === "proto3") return proto.proto3Optional ? "optional " : "";
  return proto.label === Label.REQUIRED ? "required " : "optional ";
}

/** Descriptors have defaults as text: strings plain, bytes escaped already. */
export function defaultText({ proto }: DescField | DescExtension): string {
  const text = proto.defaultValue ?? "";
  if (proto.type === Type.STRING) return quote(text, false);
  return proto.type === Type.BYTES ? `"${text}"` : text;
}
