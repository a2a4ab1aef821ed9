/**
 * `peregrine/protobuf`: messages, descriptors, registries, binary and JSON; the public API of `@bufbuild/protobuf`, so
 * that a project need not depend on that package by itself. Messages are plain objects: `create(HelloSchema, { ... })`.
 */
export * from "@bufbuild/protobuf";
