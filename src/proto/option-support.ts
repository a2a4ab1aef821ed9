import {
  Edition,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  type FieldOptions_FeatureSupport,
  FieldOptions_OptionTargetType as Target,
} from "@bufbuild/protobuf/wkt";
import type { OptionNode, Span } from "./ast.js";
import { type OptionLeaf, OptionMessage, type OptionStep } from "./option-value.js";
import { errorAt, type FileUnit, warningAt } from "./unit.js";

/** An option that was set: the fields from the options message to its own, and its value. */
export interface SetOption {
  /** Full name of the options message. */
  readonly type: string;
  readonly node: OptionNode;
  readonly steps: readonly OptionStep[];
  readonly value: OptionLeaf;
}

type Support = Partial<
  Pick<
    FieldOptions_FeatureSupport,
    "editionIntroduced" | "editionDeprecated" | "deprecationWarning" | "editionRemoved" | "removalError"
  >
>;

const since2023: Support = { editionIntroduced: Edition.EDITION_2023 };
const since2024: Support = { editionIntroduced: Edition.EDITION_2024 };

/** What the built-in copy of `descriptor.proto` leaves out: a descriptor of it cannot hold what it defines. */
const builtinSupport: ReadonlyMap<string, Support> = new Map([
  ["FeatureSet.field_presence", since2023],
  ["FeatureSet.enum_type", since2023],
  ["FeatureSet.repeated_field_encoding", since2023],
  ["FeatureSet.utf8_validation", since2023],
  ["FeatureSet.message_encoding", since2023],
  ["FeatureSet.json_format", since2023],
  ["FeatureSet.enforce_naming_style", since2024],
  ["FeatureSet.default_symbol_visibility", since2024],
  ["FeatureSet.enforce_proto_limits", { editionIntroduced: Edition.EDITION_2026 }],
  [
    "FileOptions.java_multiple_files",
    {
      editionRemoved: Edition.EDITION_2024,
      removalError:
        "It is how editions 2024 and above behave by default. To disable it, set" +
        ' "features.(pb.java).nest_in_file_class = YES" on single messages, enums, or services.',
    },
  ],
]);

/** By the options message: what its owner is as a target, and in words. */
const targets: ReadonlyMap<string, readonly [Target, string]> = new Map([
  ["google.protobuf.FileOptions", [Target.TARGET_TYPE_FILE, "file"]],
  ["google.protobuf.ExtensionRangeOptions", [Target.TARGET_TYPE_EXTENSION_RANGE, "extension range"]],
  ["google.protobuf.MessageOptions", [Target.TARGET_TYPE_MESSAGE, "message"]],
  ["google.protobuf.FieldOptions", [Target.TARGET_TYPE_FIELD, "field"]],
  ["google.protobuf.OneofOptions", [Target.TARGET_TYPE_ONEOF, "oneof"]],
  ["google.protobuf.EnumOptions", [Target.TARGET_TYPE_ENUM, "enum"]],
  ["google.protobuf.EnumValueOptions", [Target.TARGET_TYPE_ENUM_ENTRY, "enum entry"]],
  ["google.protobuf.ServiceOptions", [Target.TARGET_TYPE_SERVICE, "service"]],
  ["google.protobuf.MethodOptions", [Target.TARGET_TYPE_METHOD, "method"]],
]);

/** Checks that options stand on what they are for, and are of the file's edition. */
export class OptionSupport {
  readonly #unit: FileUnit;
  readonly #enumType: (fullName: string) => EnumDescriptorProto | undefined;

  constructor(unit: FileUnit, enumType: (fullName: string) => EnumDescriptorProto | undefined) {
    this.#unit = unit;
    this.#enumType = enumType;
  }

  check(option: SetOption): void {
    for (const [i, step] of option.steps.entries()) {
      const at = option.node.name[i] ?? option.node;
      const isLast = i === option.steps.length - 1;
      this.#field(option.type, step, at, isLast ? option.value : undefined);
    }
  }

  #field(type: string, step: OptionStep, at: Span, value: OptionLeaf | undefined): void {
    const { field, message } = step;
    const name = `${message.type.name}.${field.name}`;
    const allowed = field.options?.targets ?? [];
    const [target, word] = targets.get(type) ?? [];
    if (allowed.length > 0 && target !== undefined && !allowed.includes(target))
      errorAt(this.#unit, at, `Option "${name}" cannot be set on an entity of type "${word}".`);
    this.#support(field.options?.featureSupport ?? builtinSupport.get(name), name, at);
    if (typeof value === "bigint" && field.typeName !== "") this.#enumValue(field, message, value, at);
    if (!(value instanceof OptionMessage)) return;
    for (const inner of value.fields.values())
      for (const one of inner.values) this.#field(type, { message: value, field: inner.desc }, at, one);
  }

  #enumValue(field: FieldDescriptorProto, message: OptionMessage, value: bigint, at: Span): void {
    const found = this.#enumType(field.typeName.slice(1))?.value.find((one) => one.number === Number(value));
    if (found === undefined) return;
    this.#support(found.options?.featureSupport, found.name, at);
    if (value === 0n && message.type.name === "FeatureSet")
      errorAt(this.#unit, at, `Feature "${field.name}" must have a known value, not ${found.name}.`);
  }

  #support(support: Support | undefined, name: string, at: Span): void {
    const { edition } = this.#unit;
    const { editionIntroduced: from = 0, editionDeprecated: old = 0, editionRemoved: gone = 0 } = support ?? {};
    if (from > edition) {
      const message = `"${name}" was not introduced until edition ${word(from)} and cannot be used in ${word(edition)}.`;
      errorAt(this.#unit, at, message);
    } else if (gone !== 0 && gone <= edition) {
      errorAt(this.#unit, at, `"${name}" was removed in edition ${word(gone)}${because(support?.removalError)}`);
    } else if (old !== 0 && old <= edition) {
      warningAt(this.#unit, at, `"${name}" is deprecated since ${word(old)}${because(support?.deprecationWarning)}`);
    }
  }
}

function because(text: string | undefined): string {
  return text === undefined || text === "" ? "." : `: ${text}`;
}

function word(edition: Edition): string {
  return (Edition[edition] ?? String(edition)).replace(/^EDITION_/, "").toLowerCase();
}
