import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compile, descriptorSetOf, fileReader } from "peregrine/proto";
import { create, fromBinary, toBinary } from "peregrine/protobuf";
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
} from "peregrine/protobuf/wkt";
import { root } from "../../tools/files.js";
import { Missing } from "../peer.js";

/** The Echo service compiled by ourselves: peers in other languages need no `protoc`. */
function compileEcho(): readonly FileDescriptorProto[] {
  const { files, diagnostics } = compile(["echo.proto"], fileReader([join(root, "test", "protos")]));
  if (files.length === 0) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return files;
}

/** A FileDescriptorSet, as `protoc --descriptor_set_out` writes. */
export function writeDescriptors(path: string): void {
  writeFileSync(path, toBinary(FileDescriptorSetSchema, descriptorSetOf(compileEcho())));
}

/** Runs a plugin of `protoc` and writes what it generates below a folder. */
export function runPlugin(plugin: string, parameter: string, out: string): void {
  const request = create(CodeGeneratorRequestSchema, {
    fileToGenerate: ["echo.proto"],
    parameter,
    protoFile: [...compileEcho()],
  });
  const { stdout, status, error } = spawnSync(plugin, { input: toBinary(CodeGeneratorRequestSchema, request) });
  if (error !== undefined || status !== 0) throw new Missing(`${plugin} failed: ${error?.message ?? status}`);
  const response = fromBinary(CodeGeneratorResponseSchema, stdout);
  if (response.error !== "") throw new Missing(`${plugin}: ${response.error}`);
  for (const { name, content } of response.file) {
    mkdirSync(dirname(join(out, name)), { recursive: true });
    writeFileSync(join(out, name), content);
  }
}
