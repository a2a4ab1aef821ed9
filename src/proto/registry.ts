import { create, createFileRegistry, type FileRegistry } from "@bufbuild/protobuf";
import { type FileDescriptorProto, type FileDescriptorSet, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** The set of files that `protoc --descriptor_set_out --include_imports` would write. */
export function descriptorSetOf(files: readonly FileDescriptorProto[]): FileDescriptorSet {
  const set = create(FileDescriptorSetSchema);
  set.file = [...files];
  return set;
}

/** A registry of all types of compiled files. */
export function registryOf(files: readonly FileDescriptorProto[]): FileRegistry {
  return createFileRegistry(descriptorSetOf(files));
}
