import {
  type AnyDesc,
  type DescEnum,
  type DescExtension,
  type DescField,
  type DescFile,
  type DescMessage,
  type DescMethod,
  type DescOneof,
  type DescService,
  type FileRegistry,
  isFieldSet,
  type Message,
} from "@bufbuild/protobuf";
import {
  Edition,
  EnumOptionsSchema,
  EnumValueOptionsSchema,
  ExtensionRangeOptionsSchema,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
  FileOptionsSchema,
  MessageOptionsSchema,
  MethodOptionsSchema,
  OneofOptionsSchema,
  ServiceOptionsSchema,
  SymbolVisibility,
} from "@bufbuild/protobuf/wkt";
import { type Comments, commentsOf, packageComments, syntaxComments } from "../generate/comments.js";
import { defaultJsonName } from "../proto/names.js";
import { printableLine } from "./printable.js";
import { defaultText, groupTypes, isGroupField, labelOf } from "./proto-text-field.js";
import { placeOf, scopeOf, TypeNames } from "./proto-text-names.js";
import { optionTexts, quote } from "./proto-text-value.js";
import { scalarNames } from "./request-json.js";

/** Writes descriptors as the `.proto` text that they could have come from. */
export class ProtoText {
  readonly #registry: FileRegistry;
  readonly #names: TypeNames;
  readonly #unexplained: Set<DescMessage> = new Set();
  #lines: string[] = [];
  #indent = "";

  /** @param registry all files that the descriptors need, for names and for options of one's own */
  constructor(registry: FileRegistry) {
    this.#registry = registry;
    this.#names = new TypeNames(registry);
  }

  /** Types of options of which some were set that nobody knows, in all that was written. */
  get unexplainedOptions(): ReadonlySet<DescMessage> {
    return this.#unexplained;
  }

  /** The declaration of one thing, or a whole file; ends with a line break. */
  write(desc: AnyDesc): string {
    this.#lines = [];
    this.#indent = "";
    this.#any(desc);
    return `${this.#lines.join("\n")}\n`;
  }

  /** Extensions in `extend` blocks, with a line before those of each place that says where they are declared. */
  writeExtensions(all: readonly DescExtension[]): string {
    this.#lines = [];
    for (const [place, extensions] of groupBy(all, placeOf)) {
      this.#blank();
      this.#line(`// ${place}`);
      this.#extensions(extensions, scopeOf(extensions[0] as DescExtension));
    }
    return `${this.#lines.join("\n")}\n`;
  }

  #any(desc: AnyDesc): void {
    switch (desc.kind) {
      case "file":
        this.#file(desc);
        break;
      case "message":
        this.#message(desc);
        break;
      case "enum":
        this.#enum(desc);
        break;
      case "service":
        this.#service(desc);
        break;
      case "rpc":
        this.#method(desc);
        break;
      case "field":
        this.#field(desc, desc.parent.typeName);
        break;
      case "oneof":
        this.#oneof(desc);
        break;
      case "enum_value":
        this.#enumValue(desc);
        break;
      default:
        this.#extensions([desc], scopeOf(desc));
    }
  }

  #file(file: DescFile): void {
    const { proto } = file;
    const isEdition = proto.syntax === "editions";
    const edition = Edition[proto.edition]?.replace("EDITION_", "") ?? "";
    const head = isEdition ? `edition = "${edition}";` : `syntax = "${proto.syntax || "proto2"}";`;
    this.#commented(syntaxComments(file), head);
    if (proto.package !== "") {
      this.#blank();
      this.#commented(packageComments(file), `package ${proto.package};`);
    }
    if (proto.dependency.length + proto.optionDependency.length > 0) this.#blank();
    for (const [i, path] of proto.dependency.entries()) {
      const mark = proto.publicDependency.includes(i) ? "public " : proto.weakDependency.includes(i) ? "weak " : "";
      this.#line(`import ${mark}${quote(path, false)};`);
    }
    for (const path of proto.optionDependency) this.#line(`import option ${quote(path, false)};`);
    this.#options(FileOptionsSchema, proto.options, true);
    const groups = groupTypes(file.extensions);
    for (const desc of file.services) this.#spaced(() => this.#service(desc));
    for (const desc of file.messages) if (!groups.has(desc)) this.#spaced(() => this.#message(desc));
    for (const desc of file.enums) this.#spaced(() => this.#enum(desc));
    if (file.extensions.length > 0) this.#spaced(() => this.#extensions(file.extensions, proto.package));
  }

  #message(desc: DescMessage): void {
    this.#block(desc, `${visibility(desc.proto.visibility)}message ${desc.name}`, () => this.#messageBody(desc));
  }

  #messageBody(desc: DescMessage): void {
    this.#options(MessageOptionsSchema, desc.proto.options);
    const groups = groupTypes([...desc.fields, ...desc.nestedExtensions]);
    for (const member of desc.members) {
      if (member.kind === "oneof") this.#oneof(member);
      else this.#field(member, desc.typeName);
    }
    for (const inner of desc.nestedMessages) {
      if (!groups.has(inner) && inner.proto.options?.mapEntry !== true) this.#spaced(() => this.#message(inner));
    }
    for (const inner of desc.nestedEnums) this.#spaced(() => this.#enum(inner));
    if (desc.nestedExtensions.length > 0) this.#spaced(() => this.#extensions(desc.nestedExtensions, desc.typeName));
    for (const { start, end, options } of desc.proto.extensionRange) {
      const range = rangeText(start, end - 1, fieldNumberMax);
      this.#line(`extensions ${range}${this.#inline(ExtensionRangeOptionsSchema, options, [])};`);
    }
    const ranges = desc.proto.reservedRange.map(({ start, end }) => rangeText(start, end - 1, fieldNumberMax));
    this.#reserved(ranges, desc.proto.reservedName, desc.file);
  }

  #reserved(ranges: readonly string[], names: readonly string[], file: DescFile): void {
    if (ranges.length > 0) this.#line(`reserved ${ranges.join(", ")};`);
    if (names.length === 0) return;
    const written = file.proto.syntax === "editions" ? names : names.map((name) => quote(name, false));
    this.#line(`reserved ${written.join(", ")};`);
  }

  #oneof(desc: DescOneof): void {
    this.#block(desc, `oneof ${desc.name}`, () => {
      this.#options(OneofOptionsSchema, desc.proto.options);
      for (const field of desc.fields) this.#field(field, desc.parent.typeName);
    });
  }

  /** @param scope where it is written: of an extension that is not the message that it extends */
  #field(desc: DescField | DescExtension, scope: string): void {
    const { proto } = desc;
    const own: string[] = [];
    if (isFieldSet(proto, inField.defaultValue)) own.push(`default = ${defaultText(desc)}`);
    if (
      desc.kind === "field" &&
      isFieldSet(proto, inField.jsonName) &&
      proto.jsonName !== defaultJsonName(proto.name)
    ) {
      own.push(`json_name = ${quote(proto.jsonName, false)}`);
    }
    const isGroup = isGroupField(desc);
    const name = isGroup ? (desc.message?.name ?? "") : proto.name;
    const head = `${labelOf(desc)}${isGroup ? "group" : this.#typeOf(desc, scope)} ${name} = ${proto.number}`;
    const text = `${head}${this.#inline(FieldOptionsSchema, proto.options, own)}`;
    const { message } = desc;
    if (isGroup && message !== undefined) this.#block(desc, text, () => this.#messageBody(message));
    else this.#commented(commentsOf(desc), `${text};`);
  }

  #typeOf(desc: DescField | DescExtension, scope: string): string {
    if (desc.fieldKind === "map") {
      return `map<${scalarNames[desc.mapKey]}, ${this.#plainTypeOf(desc, scope)}>`;
    }
    return this.#plainTypeOf(desc, scope);
  }

  #plainTypeOf(desc: DescField | DescExtension, scope: string): string {
    const type = desc.message ?? desc.enum;
    return type === undefined ? (scalarNames[desc.scalar as number] ?? "") : this.#names.short(type.typeName, scope);
  }

  #extensions(all: readonly DescExtension[], scope: string): void {
    for (const [typeName, extensions] of groupBy(all, ({ extendee }) => extendee.typeName)) {
      this.#open(`extend ${this.#names.short(typeName, scope)} {`);
      for (const extension of extensions) this.#field(extension, scope);
      this.#close();
    }
  }

  #enum(desc: DescEnum): void {
    this.#block(desc, `${visibility(desc.proto.visibility)}enum ${desc.name}`, () => {
      this.#options(EnumOptionsSchema, desc.proto.options);
      for (const value of desc.values) this.#enumValue(value);
      const ranges = desc.proto.reservedRange.map(({ start, end }) => rangeText(start, end, enumNumberMax));
      this.#reserved(ranges, desc.proto.reservedName, desc.file);
    });
  }

  #enumValue(value: DescEnum["values"][number]): void {
    const options = this.#inline(EnumValueOptionsSchema, value.proto.options, []);
    this.#commented(commentsOf(value), `${value.name} = ${value.number}${options};`);
  }

  #service(desc: DescService): void {
    this.#block(desc, `service ${desc.name}`, () => {
      this.#options(ServiceOptionsSchema, desc.proto.options);
      for (const method of desc.methods) this.#method(method);
    });
  }

  #method(desc: DescMethod): void {
    const scope = desc.parent.typeName;
    const { clientStreaming, serverStreaming, options } = desc.proto;
    const input = `${clientStreaming ? "stream " : ""}${this.#names.short(desc.input.typeName, scope)}`;
    const output = `${serverStreaming ? "stream " : ""}${this.#names.short(desc.output.typeName, scope)}`;
    const text = `rpc ${desc.name}(${input}) returns (${output})`;
    const { known, unknown } = this.#optionTexts(MethodOptionsSchema, options);
    if (known.length + unknown.length === 0) this.#commented(commentsOf(desc), `${text};`);
    else this.#block(desc, text, () => this.#options(MethodOptionsSchema, options));
  }

  // ---- options ----------------------------------------------------------------------------------------------------

  #optionTexts(schema: DescMessage, options: Message | undefined): ReturnType<typeof optionTexts> {
    const texts = optionTexts(schema, options, this.#registry);
    if (texts.unknown.length > 0) this.#unexplained.add(schema);
    return texts;
  }

  #options(schema: DescMessage, options: Message | undefined, isSpaced: boolean = false): void {
    const { known, unknown } = this.#optionTexts(schema, options);
    if (isSpaced && known.length + unknown.length > 0) this.#blank();
    for (const { name, value } of known) this.#line(`option ${name} = ${value};`);
    for (const number of unknown)
      this.#line(`// There is an option with the number ${number}, which is not known here.`);
  }

  #inline(schema: DescMessage, options: Message | undefined, own: readonly string[]): string {
    const { known, unknown } = this.#optionTexts(schema, options);
    const texts = [...own, ...known.map(({ name, value }) => `${name} = ${value}`)];
    const hint = unknown.length === 0 ? "" : ` /* options not known here: ${unknown.join(", ")} */`;
    return `${texts.length === 0 ? "" : ` [${texts.join(", ")}]`}${hint}`;
  }

  // ---- lines ------------------------------------------------------------------------------------------------------

  #block(desc: Exclude<AnyDesc, DescFile>, head: string, body: () => void): void {
    const comments = commentsOf(desc);
    this.#before(comments);
    this.#open(`${head} {${this.#behind(comments)}`);
    this.#after(comments);
    body();
    this.#close();
  }

  #open(line: string): void {
    this.#line(line);
    this.#indent += "  ";
  }

  #close(): void {
    this.#indent = this.#indent.slice(2);
    const last = this.#lines.at(-1) as string;
    const isEmpty = last.endsWith("{") && last.trimStart() !== "{" && !last.includes("//");
    if (isEmpty) this.#lines[this.#lines.length - 1] = `${last}}`;
    else this.#line("}");
  }

  #spaced(write: () => void): void {
    this.#blank();
    write();
  }

  /** None behind another one, and none where a block begins. */
  #blank(): void {
    const last = this.#lines.at(-1);
    if (last !== undefined && last !== "" && !last.endsWith("{")) this.#lines.push("");
  }

  #commented(comments: Comments, line: string): void {
    this.#before(comments);
    this.#line(line + this.#behind(comments));
    this.#after(comments);
  }

  #before(comments: Comments): void {
    for (const text of comments.leadingDetached) {
      this.#comment(text);
      this.#lines.push("");
    }
    if (comments.leading !== undefined) this.#comment(comments.leading);
  }

  /** A comment of one line stays on the line that it is about. */
  #behind({ trailing }: Comments): string {
    return trailing === undefined || isLong(trailing) ? "" : ` //${trailing.trimEnd()}`;
  }

  #after({ trailing }: Comments): void {
    if (trailing === undefined || !isLong(trailing)) return;
    this.#comment(trailing);
    this.#lines.push("");
  }

  #comment(text: string): void {
    for (const line of text.replace(/\n$/, "").split("\n")) this.#line(`//${line}`.trimEnd());
  }

  /** One line, whatever a server put into names and the like. */
  #line(text: string): void {
    this.#lines.push(this.#indent + printableLine(text));
  }
}

/** Unset fields of a descriptor read as their defaults. */
const inField = FieldDescriptorProtoSchema.field;

const fieldNumberMax = 536_870_911;
const enumNumberMax = 2_147_483_647;

function isLong(comment: string): boolean {
  return comment.trimEnd().includes("\n");
}

function rangeText(first: number, last: number, max: number): string {
  if (first === last) return String(first);
  return `${first} to ${last === max ? "max" : last}`;
}

function visibility(value: SymbolVisibility): string {
  if (value === SymbolVisibility.VISIBILITY_EXPORT) return "export ";
  return value === SymbolVisibility.VISIBILITY_LOCAL ? "local " : "";
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
