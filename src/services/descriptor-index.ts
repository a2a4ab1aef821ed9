import type { DescEnum, DescExtension, DescFile, DescMessage } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { toBinary } from "../codec/binary.js";

/** Where each name of some files is declared. Of two files or names that are the same, the first one counts. */
export class DescriptorIndex {
  readonly #files: Map<string, DescFile> = new Map();
  readonly #symbols: Map<string, DescFile> = new Map();
  readonly #extensions: Map<string, Map<number, DescFile>> = new Map();
  readonly #bytes: Map<DescFile, Uint8Array<ArrayBuffer>> = new Map();

  /** Adds files and all that they import. */
  add(files: Iterable<DescFile>): void {
    const waiting = [...files];
    for (const file of waiting) {
      if (this.#files.has(file.proto.name)) continue;
      this.#files.set(file.proto.name, file);
      this.#addNames(file);
      waiting.push(...file.dependencies);
    }
  }

  file(name: string): DescFile | undefined {
    return this.#files.get(name);
  }

  /** The file that declares a full name, of whatever kind. */
  fileOfSymbol(fullName: string): DescFile | undefined {
    return this.#symbols.get(fullName);
  }

  fileOfExtension(typeName: string, number: number): DescFile | undefined {
    return this.#extensions.get(typeName)?.get(number);
  }

  /** Undefined for a name that is of no message. */
  extensionNumbers(typeName: string): readonly number[] | undefined {
    const numbers = this.#extensions.get(typeName);
    return numbers === undefined ? undefined : [...numbers.keys()].sort((one, other) => one - other);
  }

  bytesOf(file: DescFile): Uint8Array<ArrayBuffer> {
    let bytes = this.#bytes.get(file);
    if (bytes === undefined) {
      bytes = toBinary(FileDescriptorProtoSchema, file.proto);
      this.#bytes.set(file, bytes);
    }
    return bytes;
  }

  #addNames(file: DescFile): void {
    for (const message of file.messages) this.#addMessage(message);
    for (const one of file.enums) this.#addEnum(one);
    for (const extension of file.extensions) this.#addExtension(extension);
    for (const service of file.services) {
      this.#addName(service.typeName, file);
      for (const method of service.methods) this.#addName(`${service.typeName}.${method.name}`, file);
    }
  }

  #addMessage(message: DescMessage): void {
    const { file, typeName, proto } = message;
    this.#addName(typeName, file);
    this.#extensionsOf(typeName);
    for (const { name } of [...proto.field, ...proto.oneofDecl]) this.#addName(`${typeName}.${name}`, file);
    for (const nested of message.nestedMessages) this.#addMessage(nested);
    for (const nested of message.nestedEnums) this.#addEnum(nested);
    for (const nested of message.nestedExtensions) this.#addExtension(nested);
  }

  /** Values belong to what is around their enum, as in C++. */
  #addEnum({ typeName, name, values, file }: DescEnum): void {
    this.#addName(typeName, file);
    const scope = typeName.slice(0, typeName.length - name.length);
    for (const value of values) this.#addName(scope + value.name, file);
  }

  #addExtension(extension: DescExtension): void {
    this.#addName(extension.typeName, extension.file);
    const numbers = this.#extensionsOf(extension.extendee.typeName);
    if (!numbers.has(extension.number)) numbers.set(extension.number, extension.file);
  }

  #extensionsOf(typeName: string): Map<number, DescFile> {
    let numbers = this.#extensions.get(typeName);
    if (numbers === undefined) {
      numbers = new Map();
      this.#extensions.set(typeName, numbers);
    }
    return numbers;
  }

  #addName(fullName: string, file: DescFile): void {
    if (!this.#symbols.has(fullName)) this.#symbols.set(fullName, file);
  }
}
