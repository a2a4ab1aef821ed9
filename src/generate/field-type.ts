import { type DescExtension, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { scalarTypeScriptType } from "@bufbuild/protobuf/codegenv2";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import type { Scope } from "./scope.js";
import type { Part } from "./source-file.js";

/** The TypeScript type of a field's value, and whether the property may be absent. */
export interface FieldType {
  readonly type: Part;
  readonly optional: boolean;
}

/** Gives the type of a message where it is one of its own. */
export type ShapeOf = (desc: DescMessage) => Part;

/**
 * The type of a field as protobuf-es holds it in a message.
 *
 * @param shapeOf the type of messages. Default: the plain one
 */
export function fieldType(
  field: DescField | DescExtension,
  scope: Scope,
  shapeOf: ShapeOf = (desc) => scope.shape(desc),
): FieldType {
  const element = elementType(field, scope, shapeOf);
  switch (field.fieldKind) {
    case "scalar":
    case "enum":
      return { type: element, optional: field.proto.proto3Optional };
    case "message":
      return { type: element, optional: true };
    case "list":
      return { type: [element, "[]"], optional: false };
    case "map":
      return { type: [`{ [key: ${keyType(field.mapKey)}]: `, element, " }"], optional: false };
  }
}

/** The type of the value itself, of a list's items, or of a map's values. */
function elementType(field: DescField | DescExtension, scope: Scope, shapeOf: ShapeOf): Part {
  if (field.message !== undefined) return messageType(field, field.message, scope, shapeOf);
  if (field.enum !== undefined) return scope.shape(field.enum);
  return scalarTypeScriptType(field.scalar, field.fieldKind !== "map" && field.longAsString);
}

/** Wrappers hold their bare value and `google.protobuf.Struct` a JSON object, as protobuf-es has it. */
function messageType(field: DescField | DescExtension, desc: DescMessage, scope: Scope, shapeOf: ShapeOf): Part {
  if (field.fieldKind === "message" && field.oneof === undefined && isWrapperDesc(desc)) {
    return scalarTypeScriptType(desc.fields[0].scalar, false);
  }
  if (desc.typeName === "google.protobuf.Struct" && field.parent?.typeName !== "google.protobuf.Value") {
    return scope.protobufType("JsonObject");
  }
  return shapeOf(desc);
}

/** Keys of objects: 32-bit integers can be written as numbers, all others are text. */
export function keyType(key: ScalarType): "number" | "string" {
  switch (key) {
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return "number";
    default:
      return "string";
  }
}
