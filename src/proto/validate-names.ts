import type { DescriptorProto, EnumDescriptorProto, FieldDescriptorProto } from "@bufbuild/protobuf/wkt";
import { nameBytesMax } from "./limits.js";
import { defaultJsonName, joined } from "./names.js";
import { errorAt, type FileUnit } from "./unit.js";

/** A field has its name four times in a descriptor in memory. A shorter file has no name that is too long. */
const shortFileUnits = nameBytesMax / 4 - 1_000;

/** Checks that no full name is longer than `protoc` and its generated code can hold. */
export function validateNames(unit: FileUnit): void {
  if (unit.source.text.length < shortFileUnits) return;
  const { desc } = unit;
  for (const one of desc.messageType) validateMessage(unit, one, desc.package);
  for (const one of desc.enumType) validateEnum(unit, one, desc.package);
  for (const one of desc.extension) validateField(unit, one, desc.package);
  for (const service of desc.service) {
    const fullName = joined(desc.package, service.name);
    check(unit, service, service.name, fullName.length);
    for (const one of service.method) check(unit, one, one.name, fullName.length + 1 + one.name.length);
  }
}

function validateMessage(unit: FileUnit, desc: DescriptorProto, scope: string): void {
  const fullName = joined(scope, desc.name);
  check(unit, desc, desc.name, fullName.length);
  for (const one of desc.field) validateField(unit, one, fullName);
  for (const one of desc.extension) validateField(unit, one, fullName);
  for (const one of desc.oneofDecl) check(unit, one, one.name, fullName.length + 1 + one.name.length);
  for (const one of desc.enumType) validateEnum(unit, one, fullName);
  for (const one of desc.nestedType) validateMessage(unit, one, fullName);
  for (const name of desc.reservedName) check(unit, desc, name, Buffer.byteLength(name));
}

function validateEnum(unit: FileUnit, desc: EnumDescriptorProto, scope: string): void {
  check(unit, desc, desc.name, joined(scope, desc.name).length);
  for (const one of desc.value) check(unit, one, one.name, joined(scope, one.name).length);
  for (const name of desc.reservedName) check(unit, desc, name, Buffer.byteLength(name));
}

function validateField(unit: FileUnit, field: FieldDescriptorProto, scope: string): void {
  const { name } = field;
  const full = joined(scope, name).length;
  // Forms of the name that are the same are held once.
  const json = defaultJsonName(name);
  const camel = json.charAt(0).toLowerCase() + json.slice(1);
  let bytes = full;
  if (field.jsonName !== json || /^[^a-z]|[A-Z]/.test(name))
    bytes = full + name.length + camel.length + Buffer.byteLength(field.jsonName) + 4;
  else if (name.includes("_")) bytes = full + camel.length + 2;
  check(unit, field, name, bytes);
}

function check(unit: FileUnit, desc: object, name: string, bytes: number): void {
  if (bytes <= nameBytesMax) return;
  const shown = name.length > 40 ? `${name.slice(0, 40)}...` : name;
  errorAt(
    unit,
    unit.origins.nameOf(desc),
    `The name "${shown}" is too long: with all that is around it, it takes ${bytes} of ${nameBytesMax} bytes.`,
  );
}
