import { type DescExtension, type DescMessage, type Registry, setExtension } from "@bufbuild/protobuf";
import { type ReflectList, type ReflectMap, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { similarName } from "../base/similar-name.js";
import { toBinary } from "../codec/binary.js";
import { depthMax } from "../codec/limits.js";
import { wordsOfMessage } from "../codec/plan.js";
import { extensionValueOf } from "./ext-value.js";
import { clipped, Kind, type Lexer, Sym } from "./lexer.js";
import { readEntry } from "./read-entry.js";
import { clippedList, readEnum, readScalar } from "./scalar-value.js";
import { skipValue } from "./skip-value.js";
import { type FieldLike, type TextFields, textFieldsOf, textNameOf } from "./text-fields.js";
import type { ValueReader } from "./value-reader.js";

/** What reading a text goes by. */
export interface ReadSettings {
  readonly registry: Registry | undefined;
  readonly allowPartial: boolean;
  /** What the message may take of the heap, in words of 8 bytes, by estimate. */
  readonly maxWords: number;
}

/** What one value takes of the heap besides its message, in words: its place in a list, its head. */
const valueWords = 4;

/** One message under way. */
class Building {
  readonly reflected: ReflectMessage;
  readonly fields: TextFields;
  /** Fields and oneofs that have their one value. */
  readonly taken: Map<object, string> = new Map();
  /** All values of an extension, which is set at the end: each setting encodes it. */
  readonly extensions: Map<DescExtension, unknown[]> = new Map();

  constructor(schema: DescMessage, fields: TextFields) {
    this.reflected = reflect(schema, undefined, false);
    this.fields = fields;
  }
}

/** Reads a message of the text format. */
export class MessageReader implements ValueReader {
  readonly lexer: Lexer;
  readonly #settings: ReadSettings;
  readonly #types: Map<DescMessage, { readonly fields: TextFields; readonly words: number }> = new Map();
  #depth = 0;
  #words = 0;

  constructor(lexer: Lexer, settings: ReadSettings) {
    this.lexer = lexer;
    this.#settings = settings;
  }

  /** Reads fields up to the end of the text. */
  readAll(schema: DescMessage): ReflectMessage {
    this.lexer.next();
    return this.#fields(schema, Kind.End);
  }

  /** Reads `{ ... }`. */
  readMessage(schema: DescMessage): ReflectMessage {
    const close = this.enter();
    const message = this.#fields(schema, close);
    this.leave();
    return message;
  }

  /** Takes what opens a message, and gives what closes it. */
  enter(): number {
    if (this.#depth >= depthMax) throw this.lexer.error(`messages may be nested ${depthMax} deep`);
    this.#depth++;
    return this.lexer.open();
  }

  /** Takes what closes a message. */
  leave(): void {
    this.#depth--;
    this.lexer.next();
  }

  /** Reads one value of a field, or of a map. */
  readValue(field: FieldLike, what: string): unknown {
    this.take(valueWords);
    if (field.message !== undefined) {
      if (!this.lexer.isOpening) throw this.lexer.expected(`${what} is a message: "{"`);
      return this.readMessage(field.message);
    }
    if (field.enum !== undefined) return readEnum(this.lexer, field.enum, what);
    return readScalar(this.lexer, field.scalar, what);
  }

  /** Takes ":" before a value; before messages it may be left out. */
  readColon(isMessage: boolean, what: string): void {
    if (this.lexer.try(Sym.Colon) || isMessage) return;
    throw this.lexer.expected(`":" behind ${what}`);
  }

  take(words: number): void {
    this.#words += words;
    if (this.#words > this.#settings.maxWords)
      throw this.lexer.error(`the message takes more memory than maxDecodedBytes = ${this.#settings.maxWords * 8}`);
  }

  emptyMessage(schema: DescMessage): ReflectMessage {
    const building = this.#begin(schema);
    this.#finish(building);
    return building.reflected;
  }

  #begin(schema: DescMessage): Building {
    const { fields, words } = this.#typeOf(schema);
    this.take(words);
    return new Building(schema, fields);
  }

  #fields(schema: DescMessage, close: number): ReflectMessage {
    const { lexer } = this;
    const building = this.#begin(schema);
    while (lexer.kind !== close) {
      if (lexer.kind === Kind.Identifier) this.#field(building);
      else if (lexer.kind === Sym.BracketOpen) this.#bracketed(building);
      else throw this.#notField(close);
      if (!lexer.try(Sym.Comma)) lexer.try(Sym.Semicolon);
    }
    this.#finish(building);
    return building.reflected;
  }

  #notField(close: number): Error {
    const end = close === Kind.End ? "" : ` or "${String.fromCharCode(close)}"`;
    const isNumber = this.lexer.kind === Kind.Integer;
    const hint = isNumber ? ": a field that is written by its number, as unknown ones are, cannot be read" : "";
    const error = `the name of a field${end} was expected, not ${this.lexer.shown}${hint}`;
    return this.lexer.error(error);
  }

  #typeOf(schema: DescMessage): { readonly fields: TextFields; readonly words: number } {
    let type = this.#types.get(schema);
    if (type === undefined) {
      type = { fields: textFieldsOf(schema), words: wordsOfMessage(schema) };
      this.#types.set(schema, type);
    }
    return type;
  }

  #field(building: Building): void {
    const { lexer } = this;
    const name = lexer.value;
    const field = building.fields.byName.get(name);
    if (field !== undefined) {
      const { start } = lexer;
      lexer.next();
      this.#values(building, field, start);
    } else if (building.fields.reserved.has(name)) {
      lexer.next();
      skipValue(this);
    } else {
      throw this.#unknown(building, name);
    }
  }

  #unknown({ reflected, fields }: Building, name: string): Error {
    const names = [...fields.byName.keys()];
    const near = similarName(name, names);
    const hint = near === undefined ? `it has ${clippedList(names)}` : `did you mean ${near}?`;
    return this.lexer.error(`message ${reflected.desc.typeName} has no field ${clipped(name)}: ${hint}`);
  }

  #values(building: Building, field: FieldLike, start: number): void {
    const { lexer } = this;
    const what = textNameOf(field);
    const isRepeated = field.fieldKind === "list" || field.fieldKind === "map";
    if (!isRepeated) this.#claim(building, field, start);
    this.readColon(field.message !== undefined || field.fieldKind === "map", what);
    if (!isRepeated) {
      const value = this.readValue(field, what);
      if (field.kind === "extension") this.#addToExtension(building, field, value);
      else building.reflected.set(field, value);
    } else if (!lexer.try(Sym.BracketOpen)) {
      this.#add(building, field, what);
    } else if (!lexer.try(Sym.BracketClose)) {
      do this.#add(building, field, what);
      while (lexer.try(Sym.Comma));
      lexer.expect(Sym.BracketClose);
    }
  }

  /** A field has one value, and of a oneof one field has. */
  #claim({ taken }: Building, field: FieldLike, start: number): void {
    const name = textNameOf(field);
    if (taken.has(field)) throw this.lexer.error(`${name} has a value already, and is not repeated`, start);
    taken.set(field, name);
    if (field.oneof === undefined) return;
    const other = taken.get(field.oneof);
    if (other !== undefined)
      throw this.lexer.error(`${name} cannot be set with ${other}: both are of the oneof ${field.oneof.name}`, start);
    taken.set(field.oneof, name);
  }

  #add(building: Building, field: FieldLike, what: string): void {
    if (field.fieldKind === "map") {
      const { key, value } = readEntry(this, field, what);
      (building.reflected.get(field) as ReflectMap).set(key, value);
      return;
    }
    const value = this.readValue(field, what);
    if (field.kind === "extension") this.#addToExtension(building, field, value);
    else (building.reflected.get(field) as ReflectList).add(value);
  }

  #addToExtension({ extensions }: Building, extension: DescExtension, value: unknown): void {
    const isMessage = extension.message !== undefined;
    const own = isMessage ? extensionValueOf(value as ReflectMessage, extension.fieldKind === "list") : value;
    const values = extensions.get(extension);
    if (values === undefined) extensions.set(extension, [own]);
    else values.push(own);
  }

  #bracketed(building: Building): void {
    const { start } = this.lexer;
    const { name, offset } = this.lexer.bracketedName();
    if (name.includes("/")) {
      this.#any(building, name, offset);
      return;
    }
    const { typeName } = building.reflected.desc;
    const extension = this.#settings.registry?.getExtension(name);
    if (extension === undefined) {
      const advice =
        this.#settings.registry === undefined ? "options.registry is needed for extensions" : "the registry has none";
      throw this.lexer.error(`the extension ${clipped(name)} is not known: ${advice}`, offset);
    }
    if (extension.extendee.typeName !== typeName)
      throw this.lexer.error(`${name} extends ${extension.extendee.typeName}, not ${typeName}`, offset);
    if (extension.extendee.proto.options?.messageSetWireFormat === true)
      throw this.lexer.error(`${name} cannot be read: the codec does not know the form of message sets`, offset);
    this.#values(building, extension, start);
  }

  /** `[type.googleapis.com/a.b] { ... }`: a message within an Any. */
  #any({ reflected, taken }: Building, url: string, offset: number): void {
    const { lexer } = this;
    const [urlField, valueField] = [reflected.findNumber(1), reflected.findNumber(2)];
    const isAny = reflected.desc.typeName === "google.protobuf.Any";
    if (!isAny || urlField === undefined || valueField === undefined)
      throw lexer.error(`a type in brackets, as [${clipped(url)}], is for messages of google.protobuf.Any`, offset);
    const slash = url.lastIndexOf("/");
    if (slash === 0 || !isUrl(url.slice(0, slash)))
      throw lexer.error(`${clipped(url)} needs a domain before the type, such as type.googleapis.com`, offset);
    const type = this.#settings.registry?.getMessage(url.slice(slash + 1));
    if (type === undefined) {
      const advice =
        this.#settings.registry === undefined
          ? "options.registry is needed for types in an Any"
          : "the registry has none";
      throw lexer.error(`the type ${clipped(url.slice(slash + 1))} is not known: ${advice}`, offset);
    }
    if (taken.size > 0) throw lexer.error("an Any holds one message, and this one has a value already", offset);
    this.readColon(true, url);
    if (!lexer.isOpening) throw lexer.expected(`[${clipped(url)}] is a message: "{"`);
    const { message } = this.readMessage(type);
    taken.set(urlField, url).set(valueField, url);
    reflected.set(urlField, url);
    reflected.set(valueField, this.#encode(type, message));
  }

  #encode(type: DescMessage, message: ReflectMessage["message"]): Uint8Array {
    const bytes = this.#encoding(() => toBinary(type, message));
    this.take(bytes.byteLength >> 3);
    return bytes;
  }

  /** What is kept as bytes, an extension or what is in an Any, needs its required fields in any case. */
  #encoding<T>(encode: () => T): T {
    try {
      return encode();
    } catch (error) {
      throw this.lexer.error(error instanceof Error ? error.message : String(error));
    }
  }

  #finish({ reflected, fields, taken, extensions }: Building): void {
    for (const [extension, values] of extensions) {
      const value = (extension.fieldKind === "list" ? values : values[0]) as never;
      this.#encoding(() => setExtension(reflected.message, extension, value));
    }
    if (this.#settings.allowPartial) return;
    const missing = fields.required.filter((field) => !taken.has(field)).map(textNameOf);
    if (missing.length === 0) return;
    const what = `message ${reflected.desc.typeName} needs ${clippedList(missing)}`;
    throw this.lexer.error(`${what}: required fields must have a value, unless options.allowPartial is true`);
  }
}

/** What stands before the type, without characters that an URL writes in another way. */
function isUrl(text: string): boolean {
  return !/%(?![0-9a-fA-F]{2})/.test(text);
}
