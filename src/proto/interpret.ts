import { BinaryWriter } from "@bufbuild/protobuf/wire";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  FeatureSet_EnumType as EnumType,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
  FeatureSet_MessageEncoding as MessageEncoding,
  FeatureSet_FieldPresence as Presence,
  FeatureSet_RepeatedFieldEncoding as RepeatedEncoding,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type { OptionNamePart, OptionNode, OptionValue, Span } from "./ast.js";
import { defaultFeatures, type Features, mergedFeatures } from "./features.js";
import { nearestName } from "./hint.js";
import { OptionRecords } from "./option-records.js";
import { scalarOption, type ValueForm } from "./option-scalar.js";
import { optionSchemas } from "./option-schemas.js";
import { OptionSupport, type SetOption } from "./option-support.js";
import { type OptionLeaf, OptionMessage, OptionProblem, type OptionStep } from "./option-value.js";
import { RequiredFields } from "./required-options.js";
import type { Resolver } from "./resolve.js";
import { noLocation } from "./source-info.js";
import type { SymbolTable } from "./symbols.js";
import { TextFormatReader } from "./text-format.js";
import { errorAt, type FileUnit, featuresOf, type PendingOption, type PendingOptions } from "./unit.js";
import { declaresExtension } from "./validate-numbers.js";

/** Where an option was found to be: its field, and its path from the options message. */
interface Target {
  readonly message: OptionMessage;
  readonly field: FieldDescriptorProto;
  readonly path: number[];
  /** All fields on the way, its own last. */
  readonly steps: readonly OptionStep[];
}

/**
 * Gives options their meaning. They are read by the descriptors of the options messages, built-in and custom ones
 * alike, become bytes, and those the options message: custom ones are then its unknown fields, as in any program that
 * does not know the extension.
 */
export class OptionInterpreter {
  readonly #table: SymbolTable;
  /** The types of `descriptor.proto`, for programs that do not import it. */
  readonly #builtin: SymbolTable;
  readonly #resolver: Resolver;
  readonly #writer = new BinaryWriter();
  /** For the file at hand. */
  #required: { readonly unit: FileUnit; readonly fields: RequiredFields } | undefined;

  constructor(table: SymbolTable, builtin: SymbolTable, resolver: Resolver) {
    this.#table = table;
    this.#builtin = builtin;
    this.#resolver = resolver;
  }

  /** Interprets all options of a file. */
  interpretFile(unit: FileUnit): void {
    const done: SetOption[] = [];
    if (unit.syntax === "editions") this.#interpretFeatures(unit);
    for (const pending of unit.pendingOptions) this.#interpretAll(unit, pending, done);
    // When all is known: the options that say what an option is for may be of this very file.
    const support = new OptionSupport(unit, (fullName) => this.#enumType(fullName));
    for (const option of done) support.check(option);
  }

  /** Features first, to be read again with the rest: how other options are encoded follows from them. */
  #interpretFeatures(unit: FileUnit): void {
    for (const pending of unit.pendingOptions) {
      const items = pending.items.filter(({ node }) => node.name[0]?.text === "features");
      if (items.length > 0) this.#interpretAll(unit, { ...pending, items }, []);
    }
    featuresOf(unit);
  }

  #interpretAll(unit: FileUnit, pending: PendingOptions, done: SetOption[]): void {
    const schema = optionSchemas.get(pending.type);
    const type = this.#messageType(pending.type);
    if (schema === undefined || type === undefined) throw new Error(`no descriptor of ${pending.type}`);
    const root = new OptionMessage(type);
    const before = unit.diagnostics.errorCount;
    const records = new OptionRecords(schema, this.#writer);
    for (const item of pending.items) {
      const option = this.#interpret(unit, pending, item, root);
      if (option === undefined) continue;
      const clash = records.clashOf(option.steps);
      if (clash !== undefined) {
        errorAt(unit, item.node, clash);
        continue;
      }
      records.add(option.steps, option.value);
      done.push(option);
    }
    if (unit.diagnostics.errorCount === before) this.#checkRequired(unit, root, pending);
    if (unit.diagnostics.errorCount > before) return;
    const { message, bytes } = records.finish();
    (pending.owner as { options?: unknown }).options = message;
    if (bytes !== undefined) unit.optionBytes.set(pending.owner, bytes);
    else unit.optionBytes.delete(pending.owner);
  }

  /** Tells the required fields that a value lacks, at the option which began it. */
  #checkRequired(unit: FileUnit, root: OptionMessage, pending: PendingOptions): void {
    for (const { desc, values } of root.fields.values()) {
      if (!isMessage(desc)) continue;
      const missing = this.#requiredIn(unit).missingIn(values);
      if (missing.length === 0) continue;
      const isIt = ({ node: { name } }: PendingOption) => name[0]?.text.split(".").at(-1) === desc.name;
      const node = (pending.items.find(isIt) ?? pending.items[0])?.node;
      const what = `The value of "${node === undefined ? desc.name : nameOf(node)}" lacks what is required`;
      errorAt(unit, node, `${what}: ${missing.join(", ")}.`);
    }
  }

  #requiredIn(unit: FileUnit): RequiredFields {
    if (this.#required?.unit !== unit) {
      const fields = new RequiredFields((type, field) => {
        if (field.label === Label.REPEATED || field.extendee !== "") return false;
        const isLegacy = () => this.#features(unit, type, field).fieldPresence === Presence.LEGACY_REQUIRED;
        return field.label === Label.REQUIRED || isLegacy();
      });
      this.#required = { unit, fields };
    }
    return this.#required.fields;
  }

  /** Undefined after an error. */
  #interpret(unit: FileUnit, pending: PendingOptions, item: PendingOption, root: OptionMessage): SetOption | undefined {
    const { node } = item;
    try {
      const target = this.#target(unit, pending, node, root);
      if (target === undefined) return undefined;
      if (node.value.kind === "list") throw new OptionProblem("Lists are only allowed inside { }.");
      const value = this.#value(unit, target.field, node);
      const values = this.#set(unit, target, value, nameOf(node));
      if (target.field.label === Label.REPEATED) target.path.push(values - 1);
      if (item.location !== noLocation) unit.info?.setPath(item.location, [...item.path, ...target.path]);
      return { type: pending.type, node, steps: target.steps, value };
    } catch (problem) {
      if (!(problem instanceof OptionProblem)) throw problem;
      errorAt(unit, node.value, problem.message);
      return undefined;
    }
  }

  /** Follows an option's name; undefined after an error. */
  #target(unit: FileUnit, pending: PendingOptions, node: OptionNode, root: OptionMessage): Target | undefined {
    let message = root;
    const path: number[] = [];
    const steps: OptionStep[] = [];
    let last: FieldDescriptorProto | undefined;
    for (const [i, part] of node.name.entries()) {
      if (last !== undefined) {
        const inner = this.#inner(unit, message, last, part, node.name.slice(0, i));
        if (inner === undefined) return undefined;
        message = inner;
      }
      const field = this.#field(unit, pending, message, part, node);
      // A type that was not found is told where the field is defined.
      if (field === undefined || !Object.hasOwn(field, "type")) return undefined;
      path.push(field.number);
      steps.push({ message, field });
      last = field;
    }
    return last === undefined ? undefined : { message, field: last, path, steps };
  }

  /** The message that an option is, to set a field of it. */
  #inner(
    unit: FileUnit,
    message: OptionMessage,
    field: FieldDescriptorProto,
    span: Span,
    before: readonly OptionNamePart[],
  ): OptionMessage | undefined {
    const name = partsText(before);
    const type = isMessage(field) ? this.#messageType(field.typeName.slice(1)) : undefined;
    if (type === undefined) errorAt(unit, span, `Option "${name}" is an atomic type, not a message.`);
    else if (field.label === Label.REPEATED)
      errorAt(
        unit,
        span,
        `Option field "${name}" is a repeated message. Repeated message options must be set as a whole, with { }.`,
      );
    else {
      const existing = message.fields.get(field.number)?.values[0];
      if (existing instanceof OptionMessage) return existing;
      const made = new OptionMessage(type);
      const isGroup = this.#isGroup(unit, message.type, field);
      message.fields.set(field.number, { desc: field, values: [made], isPacked: false, isGroup });
      return made;
    }
    return undefined;
  }

  #field(
    unit: FileUnit,
    pending: PendingOptions,
    message: OptionMessage,
    part: OptionNamePart,
    node: OptionNode,
  ): FieldDescriptorProto | undefined {
    if (part.isExtension) return this.#extension(unit, pending, message, part, node);
    const field = message.type.field.find((one) => one.name === part.text);
    const isTop = `google.protobuf.${message.type.name}` === pending.type;
    if (isTop && part.text === "uninterpreted_option") {
      errorAt(unit, part, 'Option must not use reserved name "uninterpreted_option".');
      return undefined;
    }
    if (isTop && part.text === "features" && unit.syntax !== "editions") {
      errorAt(unit, part, "Features are only valid under editions.");
      return undefined;
    }
    if (field !== undefined) return field;
    const near = nearestName(
      part.text,
      message.type.field.map((one) => one.name),
    );
    const hint =
      near === undefined ? " A custom option needs parentheses around its name." : ` Did you mean "${near}"?`;
    errorAt(unit, part, `Option "${nameOf(node)}" unknown.${hint}`);
    return undefined;
  }

  #extension(
    unit: FileUnit,
    pending: PendingOptions,
    message: OptionMessage,
    part: OptionNamePart,
    node: OptionNode,
  ): FieldDescriptorProto | undefined {
    const found = this.#resolver.resolve(unit, part.text, pending.scope, false);
    if (found.symbol === undefined) {
      if (unit.isIncomplete) return undefined;
      const note = "Ensure that your proto definition file imports the proto which defines the option.";
      errorAt(unit, part, `Option "(${part.text})" unknown. ${note}`);
      return undefined;
    }
    const field = this.#table.extension(found.symbol.fullName);
    const [first] = node.name;
    if (field !== undefined && found.symbol.unit === unit && first?.text === "features" && !first.isExtension) {
      const what = `Feature "features.(${part.text})" cannot be used in the file that defines it.`;
      errorAt(unit, part, `${what} Define it in a file of its own, and import that.`);
      return undefined;
    }
    if (field === undefined) {
      errorAt(
        unit,
        part,
        `Option "(${part.text})" is resolved to "${found.symbol.fullName}", which is not an extension.`,
      );
      return undefined;
    }
    if (this.#messageType(field.extendee.slice(1)) !== message.type) {
      errorAt(unit, part, `Option "(${part.text})" extends "${field.extendee.slice(1)}", not "${message.type.name}".`);
      return undefined;
    }
    // A number that the message has for itself is told where the extension is defined.
    if (!declaresExtension(message.type, field.number)) return undefined;
    return field;
  }

  #value(unit: FileUnit, field: FieldDescriptorProto, node: OptionNode): OptionLeaf {
    const name = nameOf(node);
    if (!isMessage(field)) return this.#scalar(field, node.value, name, "option");
    if (node.value.kind !== "aggregate") {
      throw new OptionProblem(
        `Option "${name}" is a message. To set the entire message, use syntax like "${name} = { <proto text format> }".` +
          ` To set fields within it, use syntax like "${name}.foo = value".`,
      );
    }
    return this.#textReader(unit).read(field, node.value, name);
  }

  #textReader(unit: FileUnit): TextFormatReader {
    return new TextFormatReader({
      messageType: (fullName) => this.#messageType(fullName),
      scalar: (one, value, label) => this.#scalar(one, value, label, "text"),
      extension: (label, typeName) => {
        // Looked up beside the message that it extends, wherever that is used.
        const found = this.#resolver.resolve(unit, label, typeName, false).symbol;
        if (found?.kind === "message") return setExtension(found.desc as DescriptorProto, found.fullName, typeName);
        return found === undefined ? undefined : this.#table.extension(found.fullName);
      },
      isPacked: (type, one) =>
        one.options?.packed ?? this.#features(unit, type, one).repeatedFieldEncoding === RepeatedEncoding.PACKED,
      isGroup: (type, one) => this.#isGroup(unit, type, one),
      isImplicit: (type, one) => this.#features(unit, type, one).fieldPresence === Presence.IMPLICIT,
      missingRequired: (message) => this.#requiredIn(unit).missingIn([message]),
      error: (span, message) => errorAt(unit, span, message),
    });
  }

  #scalar(field: FieldDescriptorProto, value: OptionValue, name: string, form: ValueForm): OptionLeaf {
    if (value.kind === "aggregate") {
      throw new OptionProblem(`Option "${name}" is not a message, so it cannot be set with { }.`);
    }
    const fullName = field.typeName.slice(1);
    const enumType = field.type === Type.ENUM ? this.#enumType(fullName) : undefined;
    const isClosed = enumType !== undefined && this.#isClosed(fullName, enumType);
    return scalarOption(field.type, value, { name, form, enumType, isClosed });
  }

  #isClosed(fullName: string, enumType: EnumDescriptorProto): boolean {
    const owner = (this.#table.get(fullName) ?? this.#builtin.get(fullName))?.unit;
    return owner !== undefined && featuresOf(owner).of(enumType).enumType === EnumType.CLOSED;
  }

  #enumType(fullName: string): EnumDescriptorProto | undefined {
    return this.#table.enumType(fullName) ?? this.#builtin.enumType(fullName);
  }

  #isGroup(unit: FileUnit, type: DescriptorProto, field: FieldDescriptorProto): boolean {
    if (field.type !== Type.MESSAGE) return field.type === Type.GROUP;
    // Maps never take that form, whatever their file says.
    if (type.options?.mapEntry || this.#messageType(field.typeName.slice(1))?.options?.mapEntry) return false;
    return this.#features(unit, type, field).messageEncoding === MessageEncoding.DELIMITED;
  }

  /** The features of a field of an options message, wherever it is from. */
  #features(unit: FileUnit, type: DescriptorProto, field: FieldDescriptorProto): Features {
    const definition = field.extendee === "" ? type : field;
    const owner = this.#table.unitOf(definition) ?? this.#builtin.unitOf(definition) ?? unit;
    // Those of the file at hand are not complete while its options are read.
    if (owner === unit && unit.features === undefined)
      return mergedFeatures(defaultFeatures(unit.edition), field.options?.features);
    return featuresOf(owner).of(field);
  }

  /** Adds a value; gives how many the field has then. */
  #set(unit: FileUnit, { message, field }: Target, value: OptionLeaf, name: string): number {
    const existing = message.fields.get(field.number);
    if (existing === undefined) {
      const isGroup = isMessage(field) && this.#isGroup(unit, message.type, field);
      message.fields.set(field.number, { desc: field, values: [value], isPacked: false, isGroup });
      return 1;
    }
    if (field.label !== Label.REPEATED) throw new OptionProblem(`Option "${name}" was already set.`);
    return existing.values.push(value);
  }

  #messageType(fullName: string): DescriptorProto | undefined {
    return this.#table.message(fullName) ?? this.#builtin.message(fullName);
  }
}

/** The extension of a message set that a message type has in itself, of itself: the type's name stands for it. */
function setExtension(type: DescriptorProto, fullName: string, extended: string): FieldDescriptorProto | undefined {
  return type.extension.find(
    (one) =>
      one.extendee === `.${extended}` &&
      one.typeName === `.${fullName}` &&
      one.type === Type.MESSAGE &&
      one.label === Label.OPTIONAL,
  );
}

function isMessage(field: FieldDescriptorProto): boolean {
  return field.type === Type.MESSAGE || field.type === Type.GROUP;
}

function nameOf(node: OptionNode): string {
  return partsText(node.name);
}

function partsText(parts: readonly OptionNamePart[]): string {
  return parts.map((part) => (part.isExtension ? `(${part.text})` : part.text)).join(".");
}
