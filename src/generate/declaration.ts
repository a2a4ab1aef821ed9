import {
  type AnyDesc,
  type DescEnumValue,
  type DescExtension,
  type DescField,
  isFieldSet,
  ScalarType,
} from "@bufbuild/protobuf";
import { protoCamelCase, reflect } from "@bufbuild/protobuf/reflect";
import {
  Edition,
  FeatureSetSchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FieldOptions_JSType,
  FieldOptionsSchema,
} from "@bufbuild/protobuf/wkt";

/** A field or enum value as its `.proto` file declares it, for the comment above the generated property. */
export function declarationText(desc: DescField | DescExtension | DescEnumValue): string {
  if (desc.kind === "enum_value") {
    const deprecated = desc.proto.options?.deprecated === true ? " [deprecated = true]" : "";
    return `${desc.name} = ${desc.number}${deprecated}`;
  }
  const options = optionTexts(desc);
  const list = options.length > 0 ? ` [${options.join(", ")}]` : "";
  return `${typeText(desc)} ${desc.name} = ${desc.number}${list}`;
}

function typeText(field: DescField | DescExtension): string {
  switch (field.fieldKind) {
    case "list":
      return `repeated ${elementText(field)}`;
    case "map":
      return `map<${scalarText(field.mapKey)}, ${elementText(field)}>`;
    default:
      return labelText(field) + elementText(field);
  }
}

function elementText(field: DescField | DescExtension): string {
  if (field.message !== undefined) return field.message.typeName;
  if (field.enum !== undefined) return field.enum.typeName;
  return scalarText(field.scalar);
}

function scalarText(scalar: ScalarType): string {
  return (ScalarType[scalar] as string).toLowerCase();
}

function labelText(field: DescField | DescExtension): string {
  const edition = field.kind === "extension" ? field.file.edition : field.parent.file.edition;
  if (edition === Edition.EDITION_PROTO3) return field.proto.proto3Optional ? "optional " : "";
  if (edition !== Edition.EDITION_PROTO2) return "";
  if (field.proto.label === FieldDescriptorProto_Label.REQUIRED) return "required ";
  return field.oneof === undefined && field.proto.label === FieldDescriptorProto_Label.OPTIONAL ? "optional " : "";
}

function optionTexts(field: DescField | DescExtension): string[] {
  const { proto } = field;
  const texts: string[] = [];
  const set = (name: "packed" | "jstype" | "deprecated"): boolean =>
    proto.options !== undefined && isFieldSet(proto.options, FieldOptionsSchema.field[name]);
  if (set("packed")) texts.push(`packed = ${proto.options?.packed}`);
  if (isFieldSet(proto, FieldDescriptorProtoSchema.field.defaultValue)) texts.push(`default = ${defaultText(field)}`);
  // Without a name at all the descriptor did not come from a compiler.
  if (field.kind === "field" && field.jsonName !== "" && field.jsonName !== protoCamelCase(field.name)) {
    texts.push(`json_name = "${field.jsonName}"`);
  }
  if (set("jstype")) texts.push(`jstype = ${FieldOptions_JSType[proto.options?.jstype ?? 0]}`);
  if (set("deprecated")) texts.push("deprecated = true");
  texts.push(...featureTexts(field));
  return texts;
}

/** In the descriptor bytes are escaped as in C already, text is not. */
function defaultText(field: DescField | DescExtension): string {
  const { type, defaultValue } = field.proto;
  if (type === FieldDescriptorProto_Type.BYTES) return `"${defaultValue}"`;
  return type === FieldDescriptorProto_Type.STRING ? JSON.stringify(defaultValue) : defaultValue;
}

/** The features (of editions) that an element sets itself: `features.field_presence = IMPLICIT`. */
export function featureTexts(desc: AnyDesc): string[] {
  const features = desc.proto.options?.features;
  if (features === undefined) return [];
  const texts: string[] = [];
  const set = reflect(FeatureSetSchema, features);
  for (const field of set.fields) {
    if (field.fieldKind !== "enum" || !set.isSet(field)) continue;
    const value = set.get(field);
    const name = field.enum.values.find((one) => one.number === value)?.name;
    if (name !== undefined) texts.push(`features.${field.name} = ${name}`);
  }
  return texts;
}
