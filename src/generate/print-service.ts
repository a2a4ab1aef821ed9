import type { DescService } from "@bufbuild/protobuf";
import { descDoc } from "./jsdoc.js";
import { printConstant } from "./print-desc.js";
import type { Printing } from "./printing.js";
import type { Part } from "./source-file.js";

/** The constant that describes a service, with the shape of each method in its type. */
export function printService(to: Printing, desc: DescService): void {
  const { scope } = to;
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
  printConstant(to, desc, descDoc(desc), type, scope.genFunction("serviceDesc"));
}
