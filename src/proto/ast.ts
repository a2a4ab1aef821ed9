/** A piece of a file: its first and last token. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One identifier, or several joined by dots. */
export interface Name extends Span {
  readonly text: string;
}

export interface IntegerValue extends Span {
  readonly kind: "integer";
  readonly value: bigint;
  /** Its digits as written, without a sign: what may be hex or octal, and where, depends on what it stands for. */
  readonly digits: string;
  /** A minus stands before it, which a value of zero does not show. */
  readonly negative: boolean;
}

export interface FloatValue extends Span {
  readonly kind: "float";
  readonly value: number;
}

export interface StringValue extends Span {
  readonly kind: "string";
  readonly text: string;
  /** Only when the literal has escapes or bytes that are not UTF-8; else the UTF-8 form of `text`. */
  readonly bytes: Uint8Array | undefined;
  /** False where `text` lacks something of `bytes`, since they are not valid UTF-8. */
  readonly isUtf8: boolean;
}

export interface IdentifierValue extends Span {
  readonly kind: "identifier";
  readonly text: string;
  readonly negative: boolean;
}

/** `{ ... }`: a message in the text format. */
export interface AggregateValue extends Span {
  readonly kind: "aggregate";
  readonly fields: readonly AggregateField[];
}

/** `[ ... ]` inside an aggregate. */
export interface ListValue extends Span {
  readonly kind: "list";
  readonly items: readonly OptionValue[];
}

export type OptionValue = IntegerValue | FloatValue | StringValue | IdentifierValue | AggregateValue | ListValue;

export interface AggregateField {
  /** For `[a.b]` an extension's name; for `[host/a.b]` the URL of a type packed in an Any. */
  readonly name: Name;
  readonly bracketed: boolean;
  /** A colon stands behind the name, which only messages do without. */
  readonly hasColon: boolean;
  readonly value: OptionValue;
}

export interface OptionNamePart extends Name {
  /** In parentheses: a custom option. */
  readonly isExtension: boolean;
}

/** `option a.(b).c = value;`, or the same without `option` in brackets. */
export interface OptionNode extends Span {
  readonly kind: "option";
  readonly name: readonly OptionNamePart[];
  readonly value: OptionValue;
}

/** `[a = 1, b = 2]` behind a field, an enum value or an extension range. */
export interface CompactOptions extends Span {
  readonly options: readonly OptionNode[];
}

export interface EmptyNode extends Span {
  readonly kind: "empty";
}

export interface SyntaxNode extends Span {
  readonly kind: "syntax";
  readonly isEdition: boolean;
  readonly value: StringValue;
}

export interface PackageNode extends Span {
  readonly kind: "package";
  readonly name: Name;
}

export interface ImportNode extends Span {
  readonly kind: "import";
  readonly modifier: (Name & { readonly text: "public" | "weak" | "option" }) | undefined;
  readonly path: StringValue;
}

export interface LabelNode extends Span {
  readonly text: "optional" | "required" | "repeated";
}

export interface MapType extends Span {
  readonly key: Name;
  readonly value: Name;
}

export interface FieldNode extends Span {
  readonly kind: "field";
  readonly label: LabelNode | undefined;
  /** Undefined for a map. */
  readonly type: Name | undefined;
  readonly map: MapType | undefined;
  readonly name: Name;
  readonly number: IntegerValue;
  readonly options: CompactOptions | undefined;
  /** `group Name = 1 { ... }`. */
  readonly group: Body<MessageElement> | undefined;
}

/** What stands between braces, with the tokens of both. */
export interface Body<T> {
  readonly open: number;
  readonly close: number;
  readonly elements: readonly T[];
}

export interface OneofNode extends Span {
  readonly kind: "oneof";
  readonly name: Name;
  readonly body: Body<FieldNode | OptionNode>;
}

export interface RangeNode extends Span {
  readonly from: IntegerValue;
  /** Undefined when the range is one number. */
  readonly to: IntegerValue | undefined;
  /** Ends with `max`. */
  readonly toMax: Name | undefined;
}

export interface ReservedNode extends Span {
  readonly kind: "reserved";
  readonly ranges: readonly RangeNode[];
  readonly names: readonly (StringValue | Name)[];
}

export interface ExtensionsNode extends Span {
  readonly kind: "extensions";
  readonly ranges: readonly RangeNode[];
  readonly options: CompactOptions | undefined;
}

export interface ExtendNode extends Span {
  readonly kind: "extend";
  readonly extendee: Name;
  readonly body: Body<FieldNode>;
}

/** Who may name a type, in words; it stands before the type and belongs to no span. */
export interface VisibilityNode extends Span {
  readonly text: "export" | "local";
}

export interface MessageNode extends Span {
  readonly kind: "message";
  readonly visibility: VisibilityNode | undefined;
  readonly name: Name;
  readonly body: Body<MessageElement>;
}

export interface EnumValueNode extends Span {
  readonly kind: "value";
  readonly name: Name;
  readonly number: IntegerValue;
  readonly options: CompactOptions | undefined;
}

export interface EnumNode extends Span {
  readonly kind: "enum";
  readonly visibility: VisibilityNode | undefined;
  readonly name: Name;
  readonly body: Body<EnumValueNode | OptionNode | ReservedNode | EmptyNode>;
}

export interface MethodType extends Span {
  readonly stream: Span | undefined;
  readonly name: Name;
}

export interface MethodNode extends Span {
  readonly kind: "method";
  readonly name: Name;
  readonly input: MethodType;
  readonly output: MethodType;
  /** Undefined when the method ends with `;`. */
  readonly body: Body<OptionNode | EmptyNode> | undefined;
}

export interface ServiceNode extends Span {
  readonly kind: "service";
  readonly name: Name;
  readonly body: Body<MethodNode | OptionNode | EmptyNode>;
}

export type MessageElement =
  | FieldNode
  | MessageNode
  | EnumNode
  | OneofNode
  | ExtendNode
  | ExtensionsNode
  | ReservedNode
  | OptionNode
  | EmptyNode;

export type FileElement =
  | SyntaxNode
  | PackageNode
  | ImportNode
  | OptionNode
  | MessageNode
  | EnumNode
  | ServiceNode
  | ExtendNode
  | EmptyNode;

/** A whole file, its elements in the order of the text. */
export interface FileNode {
  readonly elements: readonly FileElement[];
}
