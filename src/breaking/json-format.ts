import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import { Edition, FeatureSet_JsonFormat } from "@bufbuild/protobuf/wkt";

/** How strictly the JSON form of a type is checked: 1 strictly, 2 as far as it goes. */
export function jsonFormatOf(type: DescEnum | DescMessage): FeatureSet_JsonFormat {
  let at: DescEnum | DescMessage | undefined = type;
  while (at !== undefined) {
    const own = at.proto.options?.features?.jsonFormat;
    if (own) return own;
    at = at.parent;
  }
  const ofFile = type.file.proto.options?.features?.jsonFormat;
  if (ofFile) return ofFile;
  const isProto2 = type.file.edition === Edition.EDITION_PROTO2;
  return isProto2 ? FeatureSet_JsonFormat.LEGACY_BEST_EFFORT : FeatureSet_JsonFormat.ALLOW;
}
