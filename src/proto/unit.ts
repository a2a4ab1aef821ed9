import type {
  DescriptorProto,
  Edition,
  EnumDescriptorProto,
  EnumValueDescriptorProto,
  FieldDescriptorProto,
  FileDescriptorProto,
  MethodDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import type { EnumNode, EnumValueNode, FieldNode, ImportNode, MessageNode, Name, OptionNode, Span } from "./ast.js";
import type { DiagnosticList } from "./diagnostic.js";
import { FeatureTable } from "./features.js";
import type { SourceText } from "./source.js";
import type { SourceInfoTable } from "./source-info-table.js";
import type { TokenList } from "./token.js";

/** A name that stands for a type, to be found when all files are known. */
export type TypeReference =
  | {
      readonly kind: "field";
      readonly desc: FieldDescriptorProto;
      readonly name: Name;
      readonly scope: string;
    }
  | { readonly kind: "extendee"; readonly desc: FieldDescriptorProto; readonly name: Name; readonly scope: string }
  | { readonly kind: "input"; readonly desc: MethodDescriptorProto; readonly name: Name; readonly scope: string }
  | { readonly kind: "output"; readonly desc: MethodDescriptorProto; readonly name: Name; readonly scope: string };

/** Options as they were written, to be given their meaning when all types are known. */
export interface PendingOptions {
  /** The message that they are fields of, for instance `google.protobuf.FieldOptions`. */
  readonly type: string;
  /** What gets them. */
  readonly owner: object;
  /** Full name of the element, or of something in the package: names are looked up beside it. */
  readonly scope: string;
  readonly items: PendingOption[];
}

export interface PendingOption {
  readonly node: OptionNode;
  /** Its path in the source info becomes known with the option's meaning. */
  readonly location: number;
  /** The path of the options message. */
  readonly path: readonly number[];
}

export interface ImportEdge {
  readonly path: string;
  readonly isPublic: boolean;
  /** Imported for its options alone: its types cannot be named. */
  readonly isOption: boolean;
  readonly node: ImportNode | undefined;
  /** Undefined when it was not found. */
  unit: FileUnit | undefined;
  isUsed: boolean;
}

/** A part of the tree that made a descriptor. */
type OriginNode = MessageNode | FieldNode | EnumNode | EnumValueNode | { readonly kind: string; readonly name: Name };

/** Where the parts of a descriptor were written; empty for a file that was never text. */
export class Origins {
  readonly #nodes = new Map<object, OriginNode>();
  /** The `default = ...` of fields. */
  readonly defaults: Map<FieldDescriptorProto, OptionNode> = new Map();

  set(desc: object, node: OriginNode): void {
    this.#nodes.set(desc, node);
  }

  /** The name of anything that has one. */
  nameOf(desc: object): Span | undefined {
    return this.#nodes.get(desc)?.name;
  }

  field(desc: FieldDescriptorProto): FieldNode | undefined {
    return this.#nodes.get(desc) as FieldNode | undefined;
  }

  /** A field for the entries of a map, and for a group. */
  message(desc: DescriptorProto): MessageNode | FieldNode | undefined {
    return this.#nodes.get(desc) as MessageNode | FieldNode | undefined;
  }

  enumType(desc: EnumDescriptorProto): EnumNode | undefined {
    return this.#nodes.get(desc) as EnumNode | undefined;
  }

  value(desc: EnumValueDescriptorProto): EnumValueNode | undefined {
    return this.#nodes.get(desc) as EnumValueNode | undefined;
  }
}

/** A file's features, known as soon as its options are interpreted. */
export function featuresOf(unit: FileUnit): FeatureTable {
  unit.features ??= new FeatureTable(unit.desc, unit.edition);
  return unit.features;
}

export type Syntax = "proto2" | "proto3" | "editions";

/** All that is known of one file while it is compiled. */
export interface FileUnit {
  source: SourceText;
  readonly tokens: TokenList;
  readonly diagnostics: DiagnosticList;
  readonly desc: FileDescriptorProto;
  readonly syntax: Syntax;
  /** For proto2 and proto3 the editions that stand for them. */
  readonly edition: Edition;
  /** Undefined until somebody asks, which must not be before its options are interpreted. */
  features: FeatureTable | undefined;
  readonly imports: readonly ImportEdge[];
  origins: Origins;
  /** Undefined where it is not wanted, and for a file that was never text. */
  info: SourceInfoTable | undefined;
  /** The bytes of options, by what has them, where they were known while the options were read. */
  optionBytes: Map<object, Uint8Array>;
  typeReferences: readonly TypeReference[];
  pendingOptions: readonly PendingOptions[];
  /** The options of the file itself, as written. */
  fileOptions: readonly OptionNode[];
  /** The descriptor was complete from the start. */
  readonly isPrebuilt: boolean;
  /** It could not be read as a whole. */
  isBroken: boolean;
  /** It is broken, or something that it imports, at any depth, is missing or broken: what it lacks then is no news. */
  isIncomplete: boolean;
}

/** Lets go of all that only errors need: of a file without any, importers need no more than the descriptor. */
export function release(unit: FileUnit): void {
  unit.source = { ...unit.source, text: "" };
  unit.tokens.release();
  unit.diagnostics.release();
  unit.origins = new Origins();
  unit.info?.release();
  unit.info = undefined;
  unit.optionBytes = new Map();
  unit.typeReferences = unit.pendingOptions = unit.fileOptions = [];
}

/** Tells an error at tokens of a file. */
export function errorAt(unit: FileUnit, span: Span | undefined, message: string): void {
  if (span === undefined) unit.diagnostics.error(0, 0, message);
  else unit.diagnostics.error(unit.tokens.start(span.start), unit.tokens.end(span.end), message);
}

export function warningAt(unit: FileUnit, span: Span, message: string): void {
  unit.diagnostics.warning(unit.tokens.start(span.start), unit.tokens.end(span.end), message);
}
