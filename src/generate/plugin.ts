import { create, createFileRegistry, maximumEdition, minimumEdition } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  type CodeGeneratorResponse,
  CodeGeneratorResponse_Feature,
  CodeGeneratorResponse_FileSchema,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { resolveOptions } from "./options.js";
import { pluginOptions, snakeCase } from "./plugin-options.js";
import { writeSources } from "./write-sources.js";

/**
 * Answers a request of `protoc` or `buf`: writes exactly the files that are asked for. What is wrong with the request is
 * told in the response, which the compiler shows.
 */
export function runPlugin(request: CodeGeneratorRequest): CodeGeneratorResponse {
  const response = create(CodeGeneratorResponseSchema, {
    supportedFeatures: BigInt(
      CodeGeneratorResponse_Feature.PROTO3_OPTIONAL | CodeGeneratorResponse_Feature.SUPPORTS_EDITIONS,
    ),
    minimumEdition,
    maximumEdition,
  });
  try {
    for (const { path, text } of generateFor(request)) {
      response.file.push(create(CodeGeneratorResponse_FileSchema, { name: path, content: text }));
    }
  } catch (error) {
    response.error = error instanceof Error ? error.message : String(error);
  }
  return response;
}

function generateFor(request: CodeGeneratorRequest): ReturnType<typeof writeSources> {
  const options = resolveOptions(pluginOptions(request.parameter), snakeCase);
  const runtime = new Map(request.protoFile.map((file) => [file.name, file]));
  // Options with source retention stand in these only; the generated file carries the descriptor without them.
  const sources = new Map(request.sourceFileDescriptors.map((file) => [file.name, file]));
  const file = request.protoFile.map((one) => sources.get(one.name) ?? one);
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file }));
  const files = request.fileToGenerate.map((name) => {
    const found = registry.getFile(name);
    if (found === undefined) throw new Error(`there is no file ${JSON.stringify(name)} in the request`);
    return found;
  });
  return writeSources(files, options, {
    maker: "protoc-gen-peregrine",
    embedded: (one) => runtime.get(one.proto.name) ?? one.proto,
  });
}
