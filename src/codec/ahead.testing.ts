import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { attachCode, codeVersion, type GenTypeCode } from "./ahead.js";
import { type CodeFunction, CodePrinter } from "./code-text.js";

/** The functions as they stand in a module. */
export function evaluateCode(functions: readonly CodeFunction[]): GenTypeCode {
  const texts = functions.map(({ name, parameters, body }) => `${name}(${parameters.join(", ")}) { ${body} }`);
  return new Function(`"use strict"; return { ${texts.join(", ")} };`)() as GenTypeCode;
}

function filesOf(file: DescFile, found: Set<DescFile> = new Set()): Set<DescFile> {
  found.add(file);
  for (const one of file.dependencies) filesOf(one, found);
  return found;
}

/** Gives the file of a type, and all that it imports, the code that generated files would come with. */
export function withCodeAhead(schema: DescMessage): DescMessage {
  const printer = new CodePrinter();
  const files: Record<string, Record<string, GenTypeCode>> = {};
  for (const file of filesOf(schema.file)) {
    const types: Record<string, GenTypeCode> = {};
    for (const desc of nestedTypes(file)) {
      const functions = desc.kind === "message" ? printer.print(desc) : undefined;
      if (functions !== undefined) types[desc.typeName] = evaluateCode(functions);
    }
    files[file.proto.name] = types;
  }
  attachCode(schema.file, { version: codeVersion, files });
  return schema;
}
