/**
 * `peregrine/protobuf`: messages, descriptors, registries, binary and JSON; the public API of `@bufbuild/protobuf`, so
 * that a project need not depend on that package by itself. Messages are plain objects: `create(HelloSchema, { ... })`.
 * `toBinary` and `fromBinary` are our own: same results, by code made for each message type.
 */
export * from "@bufbuild/protobuf";
export { fromBinary, type ToBinaryOptions, toBinary } from "./codec/binary.js";
