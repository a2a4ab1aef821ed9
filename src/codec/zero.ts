import { ScalarType } from "@bufbuild/protobuf";

/**
 * The zero of a type; integers of 64 bits are bigints.
 *
 * @param number that of a type of numbers, or of an enum, which has no scalar type
 */
export function zeroOf(
  type: ScalarType | undefined,
  number: number = 0,
): string | boolean | number | bigint | Uint8Array {
  switch (type) {
    case ScalarType.STRING:
      return "";
    case ScalarType.BYTES:
      return new Uint8Array(0);
    case ScalarType.BOOL:
      return false;
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return 0n;
    default:
      return number;
  }
}
