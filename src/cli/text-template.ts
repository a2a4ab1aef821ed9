import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { zeroOf } from "../codec/zero.js";
import { TextOutput } from "../text/output.js";
import { scalarText } from "../text/scalar-text.js";
import { textNameOf } from "../text/text-fields.js";

/** Types without end in themselves make large templates; whoever fills one in reads no more than this. */
const unitsMax = 16_777_216;

/** A message in the text format with every field, to be filled in. Of a oneof the first field; a type inside of itself is left empty. */
export function textTemplate(desc: DescMessage): string {
  const output = new TextOutput(false, unitsMax);
  writeFields(output, desc, []);
  output.end();
  return output.text;
}

function writeFields(output: TextOutput, desc: DescMessage, around: readonly DescMessage[]): void {
  if (around.includes(desc)) return;
  if (desc.typeName === "google.protobuf.Any") {
    output.open("[type.googleapis.com/pkg.Type]");
    output.close();
    return;
  }
  const inner = [...around, desc];
  for (const member of desc.members) {
    const field = member.kind === "oneof" ? member.fields[0] : member;
    if (field !== undefined) writeField(output, field, inner);
  }
}

function writeField(output: TextOutput, field: DescField, around: readonly DescMessage[]): void {
  const name = textNameOf(field);
  if (field.fieldKind !== "map") {
    writeValue(output, field, name, around);
    return;
  }
  output.open(name);
  output.scalar("key", scalarText(field.mapKey, zeroOf(field.mapKey), name));
  writeValue(output, field, "value", around);
  output.close();
}

function writeValue(output: TextOutput, field: DescField, name: string, around: readonly DescMessage[]): void {
  if (field.message !== undefined) {
    output.open(name);
    writeFields(output, field.message, around);
    output.close();
  } else if (field.enum !== undefined) {
    output.scalar(name, field.enum.values[0]?.name ?? "0");
  } else if (field.scalar !== undefined) {
    output.scalar(name, scalarText(field.scalar, zeroOf(field.scalar), name));
  }
}
