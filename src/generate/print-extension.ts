import type { DescExtension } from "@bufbuild/protobuf";
import { fieldType } from "./field-type.js";
import { descDoc } from "./jsdoc.js";
import { printConstant } from "./print-desc.js";
import type { Printing } from "./printing.js";
import type { Part } from "./source-file.js";

/** The constant that describes an extension. */
export function printExtension(to: Printing, desc: DescExtension): void {
  const { scope } = to;
  const value = fieldType(desc, scope).type;
  const type: Part = [scope.genType("GenExtension"), "<", scope.shape(desc.extendee), ", ", value, ">"];
  printConstant(to, desc, descDoc(desc), type, scope.genFunction("extDesc"));
}
