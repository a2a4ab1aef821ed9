import type { DescriptorProto, EnumDescriptorProto, FieldDescriptorProto } from "@bufbuild/protobuf/wkt";
import { joined, parentOf } from "./names.js";
import { errorAt, type FileUnit } from "./unit.js";

export type SymbolKind =
  | "package"
  | "message"
  | "enum"
  | "enum value"
  | "field"
  | "extension"
  | "oneof"
  | "service"
  | "method";

/** What a full name stands for. */
export interface ProtoSymbol {
  readonly kind: SymbolKind;
  readonly fullName: string;
  /** For a package the first file that has it. */
  readonly unit: FileUnit;
  readonly desc: object;
}

/** All names of all files. One table, since no two files of a program may define the same name. */
export class SymbolTable {
  /**
   * Fields and oneofs, which are most of all names, are not kept: each message is asked for its own. A name that is defined
   * twice is an error as ever, but only fully told with all names.
   */
  readonly #isLean: boolean;
  readonly #symbols = new Map<string, ProtoSymbol>();
  /** The files of messages and extensions. */
  readonly #units = new Map<object, FileUnit>();

  constructor(isLean = false) {
    this.#isLean = isLean;
  }

  get(fullName: string): ProtoSymbol | undefined {
    return this.#symbols.get(fullName);
  }

  /** As {@link get}, also for fields and oneofs. */
  getAny(fullName: string): ProtoSymbol | undefined {
    const symbol = this.#symbols.get(fullName);
    if (symbol !== undefined || !this.#isLean) return symbol;
    const home = this.#symbols.get(parentOf(fullName));
    if (home?.kind !== "message") return undefined;
    const message = home.desc as DescriptorProto;
    const name = fullName.slice(home.fullName.length + 1);
    const [field, oneof] = [message.field, message.oneofDecl].map((all) => all.find((one) => one.name === name));
    const desc = field ?? oneof;
    if (desc === undefined) return undefined;
    return { kind: field === undefined ? "oneof" : "field", fullName, unit: home.unit, desc };
  }

  /** All full names, for hints. */
  names(): IterableIterator<string> {
    return this.#symbols.keys();
  }

  message(fullName: string): DescriptorProto | undefined {
    const symbol = this.#symbols.get(fullName);
    return symbol?.kind === "message" ? (symbol.desc as DescriptorProto) : undefined;
  }

  enumType(fullName: string): EnumDescriptorProto | undefined {
    const symbol = this.#symbols.get(fullName);
    return symbol?.kind === "enum" ? (symbol.desc as EnumDescriptorProto) : undefined;
  }

  extension(fullName: string): FieldDescriptorProto | undefined {
    const symbol = this.#symbols.get(fullName);
    return symbol?.kind === "extension" ? (symbol.desc as FieldDescriptorProto) : undefined;
  }

  /** The file that defines a message or an extension. */
  unitOf(desc: object): FileUnit | undefined {
    return this.#units.get(desc);
  }

  /** Adds all that a file defines; what is defined already is told as an error of this file. */
  addFile(unit: FileUnit): void {
    const { desc } = unit;
    this.#addPackage(unit, desc.package);
    for (const one of desc.messageType) this.#addMessage(unit, desc.package, one);
    for (const one of desc.enumType) this.#addEnum(unit, desc.package, one);
    for (const one of desc.extension) this.#add(unit, "extension", desc.package, one);
    for (const one of desc.service) {
      this.#add(unit, "service", desc.package, one);
      for (const method of one.method) this.#add(unit, "method", joined(desc.package, one.name), method);
    }
  }

  #addPackage(unit: FileUnit, name: string): void {
    if (name === "") return;
    const existing = this.#symbols.get(name);
    if (existing === undefined) this.#symbols.set(name, { kind: "package", fullName: name, unit, desc: unit.desc });
    else if (existing.kind !== "package")
      errorAt(
        unit,
        unit.origins.nameOf(unit.desc),
        `"${name}" is already defined (as something other than a package) in file "${existing.unit.source.path}".`,
      );
    this.#addPackage(unit, parentOf(name));
  }

  #addMessage(unit: FileUnit, scope: string, desc: DescriptorProto): void {
    // A map's entry that meets another name is told with the field it comes from.
    this.#add(unit, "message", scope, desc, desc.options?.mapEntry === true);
    const fullName = joined(scope, desc.name);
    if (this.#isLean) this.#checkMembers(unit, desc, fullName);
    else {
      for (const one of desc.field) this.#add(unit, "field", fullName, one);
      for (const one of desc.oneofDecl) this.#add(unit, "oneof", fullName, one);
    }
    for (const one of desc.nestedType) this.#addMessage(unit, fullName, one);
    for (const one of desc.enumType) this.#addEnum(unit, fullName, one);
    for (const one of desc.extension) this.#add(unit, "extension", fullName, one);
  }

  /** Whether a field or oneof has the name of something else in its message. */
  #checkMembers(unit: FileUnit, desc: DescriptorProto, fullName: string): void {
    const names = new Set<string>();
    const check = (one: { readonly name: string }): void => {
      if (names.has(one.name))
        errorAt(unit, unit.origins.nameOf(one), `"${one.name}" is already defined in "${fullName}".`);
      names.add(one.name);
    };
    for (const one of desc.field) check(one);
    for (const one of desc.oneofDecl) check(one);
    for (const one of desc.nestedType) check(one);
    for (const one of desc.extension) check(one);
    for (const one of desc.enumType) {
      check(one);
      for (const value of one.value) check(value);
    }
  }

  #addEnum(unit: FileUnit, scope: string, desc: EnumDescriptorProto): void {
    this.#add(unit, "enum", scope, desc);
    for (const value of desc.value) this.#add(unit, "enum value", scope, value, false, desc.name);
  }

  #add(
    unit: FileUnit,
    kind: SymbolKind,
    scope: string,
    desc: { readonly name: string },
    isMapEntry = false,
    enumName?: string,
  ): void {
    const fullName = joined(scope, desc.name);
    if (kind === "message" || kind === "extension") this.#units.set(desc, unit);
    const existing = this.#symbols.get(fullName);
    if (existing === undefined) {
      this.#symbols.set(fullName, { kind, fullName, unit, desc });
      return;
    }
    let message = `${conflict(unit, scope, desc.name, fullName, existing)}`;
    if (isMapEntry) message = `Expanded map entry type "${desc.name}" conflicts with an existing name: ${message}`;
    if (enumName !== undefined) message += siblingNote(scope, desc.name, enumName);
    errorAt(unit, unit.origins.nameOf(desc), message);
  }
}

function conflict(unit: FileUnit, scope: string, name: string, fullName: string, existing: ProtoSymbol): string {
  if (existing.kind === "package") {
    return `"${fullName}" is already defined as a package, in file "${existing.unit.source.path}".`;
  }
  if (existing.unit !== unit) return `"${fullName}" is already defined in file "${existing.unit.source.path}".`;
  return scope === "" ? `"${name}" is already defined.` : `"${name}" is already defined in "${scope}".`;
}

function siblingNote(scope: string, name: string, enumName: string): string {
  const where = scope === "" ? "the global scope" : `"${scope}"`;
  return (
    " Note that enum values use C++ scoping rules, meaning that enum values are siblings of their type, not children of it." +
    ` Therefore, "${name}" must be unique within ${where}, not just within "${enumName}".`
  );
}
