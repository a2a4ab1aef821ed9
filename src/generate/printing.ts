import type { DescFile } from "@bufbuild/protobuf";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { Form, ResolvedOptions } from "./options.js";
import type { Scope } from "./scope.js";
import { exportedName, type Part, type SourceFile } from "./source-file.js";
import type { ValidTypesOf } from "./valid-types.js";

/** One file while it is being printed. */
export interface Printing {
  readonly out: SourceFile;
  readonly form: Form;
  readonly scope: Scope;
  readonly options: ResolvedOptions;
  /** The types of valid messages; undefined where none are written. */
  readonly valid: ValidTypesOf | undefined;
  /** The descriptor that the generated file carries. */
  readonly embedded: (file: DescFile) => FileDescriptorProto;
}

/** Tells bundlers that the call may go where its result is not used. */
const pure = "/*@__PURE__*/";

/** An exported constant: its type where types are written, the call that makes it where values are. */
export function printExport(to: Printing, name: string, type: Part, call: Part): void {
  const { out, form } = to;
  if (form === "dts") {
    out.print("export declare const ", exportedName(name), ": ", type, ";");
  } else {
    out.print(exportConst(to), exportedName(name), form === "ts" ? [": ", type] : "", ` = ${pure}`);
    out.print("  ", call, ";");
  }
  out.print();
}

/** Whether this file is JavaScript that `require` loads in a CommonJS package. */
export function isCommonJs({ form, options }: Printing): boolean {
  return form === "js" && options.jsImportStyle === "legacy_commonjs";
}

/** The words before the name of an exported value; CommonJS exports all of them at the end of the file. */
export function exportConst(to: Printing): string {
  return isCommonJs(to) ? "const " : "export const ";
}

/** The words before the name of an exported type. */
export function exportType(form: Form): string {
  return form === "dts" ? "export declare type " : "export type ";
}
