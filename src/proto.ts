/** `peregrine/proto`: compiles `.proto` files, and makes services of them when the program runs. */
export type {
  DynamicMessage,
  DynamicMessageSchema,
  DynamicMethod,
  DynamicService,
  MethodShapes,
} from "./codec/dynamic.js";
export { LoadedProto, type LoadProtoOptions, loadProto, loadProtoSync, ProtoError } from "./generate/load-proto.js";
export { bufModuleDirs } from "./proto/buf-modules.js";
export { type CompileOptions, type CompileResult, compile } from "./proto/compile.js";
export { type Diagnostic, formatDiagnostic } from "./proto/diagnostic.js";
export { fileReader, toImportPath } from "./proto/file-reader.js";
export { InputError } from "./proto/input-error.js";
export type { SourceReader } from "./proto/load.js";
export { projectReader } from "./proto/package-reader.js";
export { descriptorSetOf, registryOf } from "./proto/registry.js";
