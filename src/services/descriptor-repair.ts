import { isFieldSet } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { defaultJsonName } from "../proto/names.js";
import { wellKnownFiles } from "../proto/well-known.js";
import { TypeScope } from "./type-scopes.js";

/**
 * Makes of the descriptors that servers send what the runtime library takes. `descriptor.proto` allows more than `protoc` writes,
 * and some servers send less: those in C++ and Python have no JSON names; `@grpc/reflection` of grpc-js has no imports
 * either, names of types are relative, and extensions are fields of what they extend too.
 */
export class DescriptorRepair {
  readonly #root: TypeScope = new TypeScope();

  constructor() {
    for (const { proto } of wellKnownFiles.values()) declareTypes(proto, this.#root);
  }

  /**
   * Takes a file, before others may refer to it. What declares a type of the runtime library again loses it.
   *
   * @throws {RpcError} RESOURCE_EXHAUSTED for names without end
   */
  add(file: FileDescriptorProto): void {
    const scope = this.#root.package(file.package);
    const isOwn = ({ name }: { readonly name: string }): boolean =>
      !wellKnownFiles.has(scope.inner(name)?.fileName ?? "");
    if (file.package === "google.protobuf") {
      file.messageType = file.messageType.filter(isOwn);
      file.enumType = file.enumType.filter(isOwn);
    }
    declareTypes(file, this.#root);
  }

  /**
   * Completes a file, once all that it refers to was added; what is complete stays as it is.
   *
   * @returns the files that declare what it refers to
   */
  complete(file: FileDescriptorProto): ReadonlySet<string> {
    const completion = new Completion();
    const scope = this.#root.package(file.package);
    completion.fields(file.extension, scope);
    for (const message of file.messageType) completion.message(message, scope);
    for (const service of file.service) {
      for (const method of service.method) {
        method.inputType = completion.fullName(method.inputType, scope);
        method.outputType = completion.fullName(method.outputType, scope);
      }
    }
    completion.needs.delete(file.name);
    return completion.needs;
  }
}

/** Completes one file. */
class Completion {
  /** Files that declare what was named. */
  readonly needs: Set<string> = new Set();

  message(message: DescriptorProto, around: TypeScope): void {
    const scope = around.inner(message.name) ?? around;
    // grpc-js' copies of extensions are named by full names; a field of its own cannot be.
    if (message.field.some(isCopy)) message.field = message.field.filter((field) => !isCopy(field));
    this.fields(message.field, scope);
    this.fields(message.extension, scope);
    for (const inner of message.nestedType) this.message(inner, scope);
  }

  /** Sets nothing that is not to be set: what is set to "" is not what is unset. */
  fields(fields: readonly FieldDescriptorProto[], scope: TypeScope): void {
    for (const field of fields) {
      const { typeName, extendee } = field;
      if (typeName !== "") field.typeName = this.fullName(typeName, scope);
      if (extendee !== "") field.extendee = this.fullName(extendee, scope);
      if (!isFieldSet(field, jsonName)) field.jsonName = defaultJsonName(field.name);
    }
  }

  /** A name that nobody declares is left as it is, to be told of when the file is used. */
  fullName(name: string, from: TypeScope): string {
    const type = from.resolve(name);
    if (type?.fileName === undefined) return name;
    this.needs.add(type.fileName);
    return type.fullName;
  }
}

function isCopy({ name }: FieldDescriptorProto): boolean {
  return name.startsWith(".");
}

const { jsonName } = FieldDescriptorProtoSchema.field;

function declareTypes(file: FileDescriptorProto, root: TypeScope): void {
  const scope = root.package(file.package);
  for (const { name } of file.enumType) scope.declare(name, file.name);
  for (const message of file.messageType) declareMessage(message, scope, file.name);
}

function declareMessage(message: DescriptorProto, around: TypeScope, fileName: string): void {
  const scope = around.declare(message.name, fileName);
  for (const { name } of message.enumType) scope.declare(name, fileName);
  for (const inner of message.nestedType) declareMessage(inner, scope, fileName);
}
