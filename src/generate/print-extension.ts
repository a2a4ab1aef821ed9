import type { DescExtension } from "@bufbuild/protobuf";
import { fieldType } from "./field-type.js";
import { descDoc } from "./jsdoc.js";
import { printConstant } from "./print-desc.js";
import type { Scope } from "./scope.js";
import type { Part, SourceFile } from "./source-file.js";

/** The constant that describes an extension. */
export function printExtension(out: SourceFile, desc: DescExtension, scope: Scope): void {
  const value = fieldType(desc, scope).type;
  const type: Part = [scope.genType("GenExtension"), "<", scope.shape(desc.extendee), ", ", value, ">"];
  printConstant(out, desc, descDoc(desc), type, scope.genFunction("extDesc"), scope);
}
