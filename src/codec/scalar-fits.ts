import { ScalarType } from "@bufbuild/protobuf";

const floatMax = 3.4028234663852886e38;

/** Whether a value is one of its type, for the types whose values are written as they are. */
export function fits(type: ScalarType | undefined, value: unknown): boolean {
  switch (type) {
    case ScalarType.STRING:
      return typeof value === "string";
    case ScalarType.BOOL:
      return typeof value === "boolean";
    case ScalarType.DOUBLE:
      return typeof value === "number";
    case ScalarType.FLOAT:
      return typeof value === "number" && (!Number.isFinite(value) || Math.abs(value) <= floatMax);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return typeof value === "number" && value >>> 0 === value;
    default:
      return typeof value === "number" && (value | 0) === value;
  }
}
