import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import {
  Edition,
  FeatureSet_EnumType as EnumType,
  FeatureSetSchema,
  FeatureSet_MessageEncoding as MessageEncoding,
  FeatureSet_EnforceNamingStyle as NamingStyle,
  FeatureSet_FieldPresence as Presence,
  FeatureSet_VisibilityFeature_DefaultSymbolVisibility as Visibility,
} from "@bufbuild/protobuf/wkt";
import { compile } from "./compile.js";
import { defaultFeatures, FeatureTable, mergedFeatures } from "./features.js";

test("each edition has its defaults", () => {
  const presence = [Edition.EDITION_PROTO2, Edition.EDITION_PROTO3, Edition.EDITION_2023, Edition.EDITION_2024].map(
    (edition) => defaultFeatures(edition).fieldPresence,
  );
  assert.deepEqual(presence, [Presence.EXPLICIT, Presence.IMPLICIT, Presence.EXPLICIT, Presence.EXPLICIT]);
  assert.equal(defaultFeatures(Edition.EDITION_PROTO2).enumType, EnumType.CLOSED);
  assert.equal(defaultFeatures(Edition.EDITION_2023).enumType, EnumType.OPEN);
  assert.equal(defaultFeatures(Edition.EDITION_2023).enforceNamingStyle, NamingStyle.STYLE_LEGACY);
  assert.equal(defaultFeatures(Edition.EDITION_2024).enforceNamingStyle, NamingStyle.STYLE2024);
  assert.equal(defaultFeatures(Edition.EDITION_2023).defaultSymbolVisibility, Visibility.EXPORT_ALL);
  assert.equal(defaultFeatures(Edition.EDITION_2024).defaultSymbolVisibility, Visibility.EXPORT_TOP_LEVEL);
});

test("what is not set is the parent's", () => {
  const parent = defaultFeatures(Edition.EDITION_2023);
  assert.equal(mergedFeatures(parent, undefined), parent);
  const own = create(FeatureSetSchema, { messageEncoding: MessageEncoding.DELIMITED });
  assert.deepEqual(mergedFeatures(parent, own), { ...parent, messageEncoding: MessageEncoding.DELIMITED });
});

test("features go from the file down to fields, by way of oneofs and messages", () => {
  const text = `edition = "2023";
option features.field_presence = IMPLICIT;
option features.enum_type = CLOSED;
message M {
  int32 a = 1;
  int32 b = 2 [features.field_presence = EXPLICIT];
  enum Own { option features.enum_type = OPEN; A = 0; }
  enum Inherited { B = 1; }
  oneof o { M c = 3 [features.message_encoding = DELIMITED]; }
}`;
  const { files } = compile(["t.proto"], { read: () => ({ text, displayPath: "t.proto" }) });
  const [file] = files;
  const [message] = file?.messageType ?? [];
  assert.ok(file !== undefined && message !== undefined);
  const table = new FeatureTable(file, Edition.EDITION_2023);
  const presence = message.field.map((field) => table.of(field).fieldPresence);
  assert.deepEqual(presence, [Presence.IMPLICIT, Presence.EXPLICIT, Presence.IMPLICIT]);
  assert.deepEqual(
    message.enumType.map((one) => table.of(one).enumType),
    [EnumType.OPEN, EnumType.CLOSED],
  );
  assert.equal(table.of(message.field[2] as object).messageEncoding, MessageEncoding.DELIMITED);
});
