import type { DescFile } from "@bufbuild/protobuf";
import * as wkt from "@bufbuild/protobuf/wkt";
import { DiagnosticList } from "./diagnostic.js";
import { TokenList } from "./token.js";
import { type FileUnit, type ImportEdge, Origins, type Syntax } from "./unit.js";

/** The files that come with every Protobuf implementation, by import path, as descriptors. */
export const wellKnownFiles: ReadonlyMap<string, DescFile> = new Map(
  [
    wkt.file_google_protobuf_any,
    wkt.file_google_protobuf_api,
    wkt.file_google_protobuf_compiler_plugin,
    wkt.file_google_protobuf_cpp_features,
    wkt.file_google_protobuf_descriptor,
    wkt.file_google_protobuf_duration,
    wkt.file_google_protobuf_empty,
    wkt.file_google_protobuf_field_mask,
    wkt.file_google_protobuf_go_features,
    wkt.file_google_protobuf_java_features,
    wkt.file_google_protobuf_source_context,
    wkt.file_google_protobuf_struct,
    wkt.file_google_protobuf_timestamp,
    wkt.file_google_protobuf_type,
    wkt.file_google_protobuf_wrappers,
  ].map((file) => [file.proto.name, file]),
);

/** A unit for a file that is a descriptor already. */
export function prebuiltUnit(desc: wkt.FileDescriptorProto): FileUnit {
  const source = { path: desc.name, displayPath: desc.name, text: "" };
  const imports = desc.dependency.map(
    (path, i): ImportEdge => ({
      path,
      isPublic: desc.publicDependency.includes(i),
      isOption: false,
      node: undefined,
      unit: undefined,
      isUsed: true,
    }),
  );
  return {
    source,
    tokens: new TokenList(""),
    diagnostics: new DiagnosticList(source),
    desc,
    syntax: syntaxOf(desc.syntax),
    edition: editionOf(desc),
    features: undefined,
    imports,
    origins: new Origins(),
    info: undefined,
    optionBytes: new Map(),
    typeReferences: [],
    pendingOptions: [],
    fileOptions: [],
    isPrebuilt: true,
    isBroken: false,
    isIncomplete: false,
  };
}

function editionOf(desc: wkt.FileDescriptorProto): wkt.Edition {
  if (desc.syntax === "editions") return desc.edition;
  return desc.syntax === "proto3" ? wkt.Edition.EDITION_PROTO3 : wkt.Edition.EDITION_PROTO2;
}

function syntaxOf(syntax: string): Syntax {
  return syntax === "proto3" || syntax === "editions" ? syntax : "proto2";
}
