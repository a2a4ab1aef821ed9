import type { DescService } from "@bufbuild/protobuf";
import { descDoc } from "./jsdoc.js";
import { printConstant } from "./print-desc.js";
import type { Scope } from "./scope.js";
import type { Part, SourceFile } from "./source-file.js";

/** The constant that describes a service, with the shape of each method in its type. */
export function printService(out: SourceFile, desc: DescService, scope: Scope): void {
  const methods = desc.methods.map(
    (method): Part => [
      `${descDoc(method, "  ")}\n`,
      `  ${method.localName}: {\n`,
      `    methodKind: "${method.methodKind}";\n`,
      ["    input: typeof ", scope.desc(method.input, true), ";\n"],
      ["    output: typeof ", scope.desc(method.output, true), ";\n"],
      "  },\n",
    ],
  );
  const type: Part = [scope.genType("GenService"), "<{\n", methods, "}>"];
  printConstant(out, desc, descDoc(desc), type, scope.genFunction("serviceDesc"), scope);
}
