import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema, CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";
import { runPlugin } from "../generate/plugin.js";

/**
 * Runs as a plugin of `protoc` or `buf`: a request in, a response out.
 *
 * @throws {Error} when the input is no request
 */
export async function pluginMain(input: AsyncIterable<Uint8Array>, write: (output: Uint8Array) => void): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(chunk);
  const request = fromBinary(CodeGeneratorRequestSchema, Buffer.concat(chunks));
  write(toBinary(CodeGeneratorResponseSchema, runPlugin(request)));
}
