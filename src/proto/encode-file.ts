import { type Message, toBinary } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type DescriptorProto_ExtensionRange,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  type MethodDescriptorProto,
  type ServiceDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import type { BackwardWriter } from "./backward-writer.js";
import { optionSchemas } from "./option-schemas.js";
import type { SourceInfoTable } from "./source-info-table.js";
import type { FileUnit } from "./unit.js";

/**
 * Writes the descriptor of a linked file, as the field of a `FileDescriptorSet`. As straight code: descriptors are many and
 * small, and a program that compiles once has no time to get a general encoder warm.
 */
export function encodeFile(unit: FileUnit, writer: BackwardWriter): void {
  // One that came as a descriptor may hold what is not known here.
  if (unit.isPrebuilt) {
    writer.bytesField(1, toBinary(FileDescriptorProtoSchema, unit.desc));
    return;
  }
  const before = writer.length;
  new FileEncoder(writer, unit).file(unit.desc);
  writer.close(1, before);
}

function generalBytes(options: Message): Uint8Array {
  const schema = optionSchemas.get(options.$typeName);
  if (schema === undefined) throw new Error(`no descriptor of ${options.$typeName}`);
  return toBinary(schema, options);
}

/** Fields in descending order of their numbers. */
class FileEncoder {
  readonly #writer: BackwardWriter;
  readonly #unit: FileUnit;

  constructor(writer: BackwardWriter, unit: FileUnit) {
    this.#writer = writer;
    this.#unit = unit;
  }

  file(desc: FileDescriptorProto): void {
    const w = this.#writer;
    this.#strings(15, desc.optionDependency);
    if (Object.hasOwn(desc, "edition")) w.int32Field(14, desc.edition);
    if (Object.hasOwn(desc, "syntax")) w.stringField(12, desc.syntax);
    for (let i = desc.weakDependency.length - 1; i >= 0; i--) w.int32Field(11, desc.weakDependency[i] as number);
    for (let i = desc.publicDependency.length - 1; i >= 0; i--) w.int32Field(10, desc.publicDependency[i] as number);
    if (this.#unit.info !== undefined) this.#sourceInfo(this.#unit.info);
    this.#options(8, desc);
    this.#each(7, desc.extension, this.#field);
    this.#each(6, desc.service, this.#service);
    this.#each(5, desc.enumType, this.#enum);
    this.#each(4, desc.messageType, this.#message);
    this.#strings(3, desc.dependency);
    if (Object.hasOwn(desc, "package")) w.stringField(2, desc.package);
    w.stringField(1, desc.name);
  }

  #each<T>(field: number, items: readonly T[], write: (this: FileEncoder, item: T) => void): void {
    for (let i = items.length - 1; i >= 0; i--) {
      const before = this.#writer.length;
      write.call(this, items[i] as T);
      this.#writer.close(field, before);
    }
  }

  #strings(field: number, items: readonly string[]): void {
    for (let i = items.length - 1; i >= 0; i--) this.#writer.stringField(field, items[i] as string);
  }

  #options(field: number, desc: { readonly options?: Message | undefined }): void {
    const { options } = desc;
    if (options === undefined) return;
    const bytes = this.#unit.optionBytes.get(desc) ?? generalBytes(options);
    this.#writer.bytesField(field, bytes);
  }

  #message(desc: DescriptorProto): void {
    const w = this.#writer;
    if (Object.hasOwn(desc, "visibility")) w.int32Field(11, desc.visibility);
    this.#strings(10, desc.reservedName);
    this.#each(9, desc.reservedRange, this.#range);
    this.#each(8, desc.oneofDecl, this.#oneof);
    this.#options(7, desc);
    this.#each(6, desc.extension, this.#field);
    this.#each(5, desc.extensionRange, this.#extensionRange);
    this.#each(4, desc.enumType, this.#enum);
    this.#each(3, desc.nestedType, this.#message);
    this.#each(2, desc.field, this.#field);
    w.stringField(1, desc.name);
  }

  #field(desc: FieldDescriptorProto): void {
    const w = this.#writer;
    if (Object.hasOwn(desc, "proto3Optional")) w.boolField(17, desc.proto3Optional);
    w.stringField(10, desc.jsonName);
    if (Object.hasOwn(desc, "oneofIndex")) w.int32Field(9, desc.oneofIndex);
    this.#options(8, desc);
    if (Object.hasOwn(desc, "defaultValue")) w.stringField(7, desc.defaultValue);
    if (Object.hasOwn(desc, "typeName")) w.stringField(6, desc.typeName);
    if (Object.hasOwn(desc, "type")) w.int32Field(5, desc.type);
    w.int32Field(4, desc.label);
    w.int32Field(3, desc.number);
    if (Object.hasOwn(desc, "extendee")) w.stringField(2, desc.extendee);
    w.stringField(1, desc.name);
  }

  #oneof(desc: DescriptorProto["oneofDecl"][number]): void {
    this.#options(2, desc);
    this.#writer.stringField(1, desc.name);
  }

  #range(range: { readonly start: number; readonly end: number }): void {
    this.#writer.int32Field(2, range.end);
    this.#writer.int32Field(1, range.start);
  }

  #extensionRange(range: DescriptorProto_ExtensionRange): void {
    this.#options(3, range);
    this.#range(range);
  }

  #enum(desc: EnumDescriptorProto): void {
    const w = this.#writer;
    if (Object.hasOwn(desc, "visibility")) w.int32Field(6, desc.visibility);
    this.#strings(5, desc.reservedName);
    this.#each(4, desc.reservedRange, this.#range);
    this.#options(3, desc);
    this.#each(2, desc.value, this.#enumValue);
    w.stringField(1, desc.name);
  }

  #enumValue(desc: EnumDescriptorProto["value"][number]): void {
    this.#options(3, desc);
    this.#writer.int32Field(2, desc.number);
    this.#writer.stringField(1, desc.name);
  }

  #service(desc: ServiceDescriptorProto): void {
    this.#options(3, desc);
    this.#each(2, desc.method, this.#method);
    this.#writer.stringField(1, desc.name);
  }

  #method(desc: MethodDescriptorProto): void {
    const w = this.#writer;
    if (Object.hasOwn(desc, "serverStreaming")) w.boolField(6, desc.serverStreaming);
    if (Object.hasOwn(desc, "clientStreaming")) w.boolField(5, desc.clientStreaming);
    this.#options(4, desc);
    w.stringField(3, desc.outputType);
    w.stringField(2, desc.inputType);
    w.stringField(1, desc.name);
  }

  #sourceInfo(info: SourceInfoTable): void {
    const w = this.#writer;
    const before = w.length;
    for (let i = info.count - 1; i >= 0; i--) {
      const start = w.length;
      this.#location(info, i);
      w.close(1, start);
    }
    w.close(9, before);
  }

  #location(info: SourceInfoTable, index: number): void {
    const w = this.#writer;
    const comments = info.commentsOf(index);
    if (comments !== undefined) {
      this.#strings(6, comments.detached);
      if (comments.trailing !== "") w.stringField(4, comments.trailing);
      if (comments.leading !== "") w.stringField(3, comments.leading);
    }
    info.writeSpan(index, w);
    info.writePath(index, w);
  }
}
