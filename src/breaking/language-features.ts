import type { DescExtension, DescField, DescFile } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { Edition, type FeatureSet, FieldOptions_CType } from "@bufbuild/protobuf/wkt";

type Field = DescField | DescExtension;

/** The extensions of `google.protobuf.FeatureSet` in `cpp_features.proto` and `java_features.proto`, and their fields. */
const cppFeatures = 1000;
const cppStringType = 2;
const javaFeatures = 1001;
const javaUtf8Validation = 2;

const stringTypes: readonly string[] = ["unknown", "VIEW", "CORD", "STRING"];

/** The type that a text has in C++: by `(pb.cpp).string_type`, or `ctype`. */
export function cppStringTypeOf(field: Field, file: DescFile): string {
  const { options } = field.proto;
  // `ctype` says it where it is written, in editions too.
  if (options !== undefined && Object.hasOwn(options, "ctype")) {
    if (options.ctype === FieldOptions_CType.CORD) return "CORD";
    if (options.ctype === FieldOptions_CType.STRING_PIECE) return "STRING_PIECE";
  }
  const value = featureOf(field, file, cppFeatures, cppStringType);
  if (value !== undefined) return stringTypes[value] ?? String(value);
  return file.edition >= Edition.EDITION_2024 ? "VIEW" : "STRING";
}

/** Whether Java checks a text: by `(pb.java).utf8_validation`, or `java_string_check_utf8` and the syntax. */
export function javaUtf8ValidationOf(field: Field, file: DescFile): string {
  const isVerified =
    file.edition === Edition.EDITION_PROTO2
      ? file.proto.options?.javaStringCheckUtf8 === true
      : // DEFAULT leaves it to the feature of all languages.
        featureOf(field, file, javaFeatures, javaUtf8Validation) === 2 ||
        ("utf8Validation" in field && field.utf8Validation === true);
  return isVerified ? "VERIFY" : "NONE";
}

/** The feature of a language, which stands on the field or on the file. */
function featureOf(field: Field, file: DescFile, extension: number, number: number): number | undefined {
  for (const features of [field.proto.options?.features, file.proto.options?.features]) {
    const value = features && enumIn(features, extension, number);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** An enum in a message that is an extension: nothing else is known of its type here. */
function enumIn({ $unknown = [] }: FeatureSet, extension: number, number: number): number | undefined {
  let value: number | undefined;
  for (const { no, wireType, data } of $unknown) {
    if (no !== extension || wireType !== WireType.LengthDelimited) continue;
    const reader = new BinaryReader(new BinaryReader(data).bytes());
    while (reader.pos < reader.len) {
      const [inner, type] = reader.tag();
      if (inner === number && type === WireType.Varint) value = reader.int32();
      else reader.skip(type, inner);
    }
  }
  return value;
}
