import { toJsonString } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { descriptorSetOf, registryOf } from "../proto/registry.js";

/** A descriptor set of some files as JSON, with the names of custom options, which are found among all files. */
export function descriptorJson(all: readonly FileDescriptorProto[], files: readonly FileDescriptorProto[]): string {
  const options = { registry: registryOf(all), prettySpaces: 2 };
  return `${toJsonString(FileDescriptorSetSchema, descriptorSetOf(files), options)}\n`;
}
