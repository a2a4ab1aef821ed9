import type { DescMessage } from "@bufbuild/protobuf";
import {
  EnumOptionsSchema,
  EnumValueOptionsSchema,
  ExtensionRangeOptionsSchema,
  FieldOptionsSchema,
  FileOptionsSchema,
  MessageOptionsSchema,
  MethodOptionsSchema,
  OneofOptionsSchema,
  ServiceOptionsSchema,
} from "@bufbuild/protobuf/wkt";

/** The options messages by their full names. */
export const optionSchemas: ReadonlyMap<string, DescMessage> = new Map<string, DescMessage>(
  [
    FileOptionsSchema,
    MessageOptionsSchema,
    FieldOptionsSchema,
    OneofOptionsSchema,
    EnumOptionsSchema,
    EnumValueOptionsSchema,
    ServiceOptionsSchema,
    MethodOptionsSchema,
    ExtensionRangeOptionsSchema,
  ].map((schema) => [schema.typeName, schema]),
);
