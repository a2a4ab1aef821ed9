/**
 * `peregrine/protobuf/wkt`: the well-known types (`google/protobuf/*.proto`), and what converts them:
 * `timestampFromDate`, `anyPack`, and so on.
 */
export * from "@bufbuild/protobuf/wkt";
// Files that the list above leaves out. Their extensions named `cpp` clash with one another and stay away.
export * from "@bufbuild/protobuf/wkt/google/protobuf/c_sharp_features_pb.js";
export {
  type CppFileOptions,
  CppFileOptionsSchema,
  file_google_protobuf_cpp_file_options,
} from "@bufbuild/protobuf/wkt/google/protobuf/cpp_file_options_pb.js";
export { file_google_protobuf_cpp_options } from "@bufbuild/protobuf/wkt/google/protobuf/cpp_options_pb.js";
export * from "@bufbuild/protobuf/wkt/google/protobuf/json_enumvalue_options_pb.js";
export { file_google_protobuf_json_options } from "@bufbuild/protobuf/wkt/google/protobuf/json_options_pb.js";
