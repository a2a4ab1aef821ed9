import type { DescExtension, DescField, DescMessage } from "@bufbuild/protobuf";

/** A field or an extension: what has a value in a message. */
export type FieldLike = DescField | DescExtension;

/** `LEGACY_REQUIRED` of `FeatureSet.FieldPresence`. */
const requiredPresence = 3;

/** What reading a message must know of its type. */
export interface TextFields {
  readonly byName: ReadonlyMap<string, DescField>;
  readonly required: readonly DescField[];
  /** Names of fields that were removed; what they have is passed over. */
  readonly reserved: ReadonlySet<string>;
}

export function textFieldsOf(schema: DescMessage): TextFields {
  const byName = new Map(schema.fields.map((field) => [field.name, field]));
  for (const field of schema.fields) {
    const name = textNameOf(field);
    if (!byName.has(name)) byName.set(name, field);
  }
  const required = schema.fields.filter((field) => field.presence === requiredPresence);
  return { byName, required, reserved: new Set(schema.proto.reservedName) };
}

/** The name of a field in the text: that of a group is the name of its message. */
export function textNameOf(field: FieldLike): string {
  if (field.kind === "extension") return `[${field.typeName}]`;
  return isGroupLike(field) && field.message !== undefined ? field.message.name : field.name;
}

/** Whether a field is what `group Name = 1 {}` makes; editions say the same in other words. */
function isGroupLike(field: DescField): boolean {
  if (field.fieldKind !== "message" || !field.delimitedEncoding) return false;
  const { message } = field;
  return (
    message.name.toLowerCase() === field.name && message.parent === field.parent && message.file === field.parent.file
  );
}
