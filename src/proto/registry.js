import { create, createFileRegistry } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
/** The set of files that `protoc --descriptor_set_out --include_imports` would write. */
export function descriptorSetOf(files) {
    const set = create(FileDescriptorSetSchema);
    set.file = [...files];
    return set;
}
/** A registry of all types of compiled files. */
export function registryOf(files) {
    return createFileRegistry(descriptorSetOf(files));
}
