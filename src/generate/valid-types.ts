import {
  create,
  createFileRegistry,
  type DescExtension,
  type DescField,
  type DescMessage,
  getOption,
  type Message,
} from "@bufbuild/protobuf";
import type { GenExtension } from "@bufbuild/protobuf/codegenv2";
import { FeatureSet_FieldPresence, type FieldOptions, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { compile } from "../proto/compile.js";
import type { ValidRule } from "./options.js";

/** What of `buf/validate/validate.proto` says that a field is required; all else of it stays unknown here. */
const rulesText = `edition = "2023";
package buf.validate;
import "google/protobuf/descriptor.proto";
message FieldRules {
  bool required = 25;
  Ignore ignore = 27;
  oneof type {
    RepeatedRules repeated = 18;
    MapRules map = 19;
  }
}
message RepeatedRules { FieldRules items = 4; }
message MapRules { FieldRules values = 5; }
enum Ignore {
  IGNORE_UNSPECIFIED = 0;
  IGNORE_ALWAYS = 3;
}
extend google.protobuf.FieldOptions { FieldRules field = 1159; }
`;
const ignoreAlways = 3;

interface FieldRules extends Message<"buf.validate.FieldRules"> {
  readonly required: boolean;
  readonly ignore: number;
  readonly type:
    | { readonly case: "repeated"; readonly value: { readonly items?: FieldRules } }
    | { readonly case: "map"; readonly value: { readonly values?: FieldRules } }
    | { readonly case: undefined };
}

/** Knows for one run which fields of valid messages are required, as protoc-gen-es has it. */
export class ValidTypesOf {
  readonly #rules: ReadonlySet<ValidRule>;
  readonly #extension: GenExtension<FieldOptions, FieldRules>;

  constructor(rules: readonly ValidRule[]) {
    this.#rules = new Set(rules);
    this.#extension = fieldRulesExtension() as DescExtension as GenExtension<FieldOptions, FieldRules>;
  }

  /** Whether the type of valid messages is another one than the plain one. */
  needsOwnType(message: DescMessage): boolean {
    const byRule = this.#rules.has("protovalidate_required") && this.#reaches(message, true, new Set());
    return byRule || (this.#rules.has("legacy_required") && this.#reaches(message, false, new Set()));
  }

  /** Whether a field, or one of a message in it at any depth, is required. What is not checked is not looked into. */
  #reaches(message: DescMessage, byRule: boolean, seen: Set<string>): boolean {
    seen.add(message.typeName);
    return message.fields.some((field) => {
      if (byRule && !this.isChecked(field)) return false;
      if (byRule ? this.#isRequiredByRule(field) : isLegacyRequired(field)) return true;
      return (
        field.message !== undefined && !seen.has(field.message.typeName) && this.#reaches(field.message, byRule, seen)
      );
    });
  }

  isRequired(field: DescField): boolean {
    if (this.#rules.has("legacy_required") && isLegacyRequired(field)) return true;
    return this.#rules.has("protovalidate_required") && this.#isRequiredByRule(field);
  }

  /** False for messages that protovalidate is told not to look at. */
  isChecked(field: DescField): boolean {
    if (field.message === undefined) return true;
    const rules = this.#rulesOf(field);
    if (rules.ignore === ignoreAlways) return false;
    const { type } = rules;
    const inner = type.case === "repeated" ? type.value.items : type.case === "map" ? type.value.values : undefined;
    return inner?.ignore !== ignoreAlways;
  }

  #isRequiredByRule(field: DescField): boolean {
    const rules = this.#rulesOf(field);
    return rules.required && rules.ignore !== ignoreAlways;
  }

  #rulesOf(field: DescField): FieldRules {
    return getOption(field, this.#extension);
  }
}

function isLegacyRequired(field: DescField): boolean {
  return field.fieldKind === "message" && field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED;
}

function fieldRulesExtension(): DescExtension {
  const name = "buf/validate/validate.proto";
  const reader = { read: (path: string) => (path === name ? { text: rulesText, displayPath: name } : undefined) };
  const { files } = compile([name], reader, { sourceInfo: false });
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: files }));
  return registry.getExtension("buf.validate.field") as DescExtension;
}
