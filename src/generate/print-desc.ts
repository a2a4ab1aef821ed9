import type { DescEnum, DescExtension, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import { embedFileDesc, pathInFileDesc } from "@bufbuild/protobuf/codegenv2";
import { codePath, generatedPath } from "./import-path.js";
import { isDeprecated, jsDoc } from "./jsdoc.js";
import { codeName } from "./print-code.js";
import { type Printing, printExport } from "./printing.js";
import { type ImportedName, importedName, type Part } from "./source-file.js";

/** The constant that describes a whole file: its descriptor in binary and the files that it imports. */
export function printFileDesc(to: Printing, file: DescFile): void {
  const { out, scope } = to;
  out.print(descriptionDoc(file, [`Describes the ${file}.`]));
  const imports = file.dependencies.map((one, index): Part => [index > 0 ? ", " : "", scope.desc(one)]);
  const list: Part = imports.length > 0 ? [", [", imports, "]"] : "";
  const text = embedFileDesc(to.embedded(file)).base64();
  const desc: Part = [scope.genFunction("fileDesc"), `("${text}"`, list, ")"];
  const code = importedName(codeName, codePath(generatedPath(file.proto.name)), false);
  const call: Part = to.options.codec ? [scope.genFunction("attachCode"), "(", desc, ", ", code, ")"] : desc;
  printExport(to, scope.desc(file).name, scope.genType("GenFile"), call);
}

/** A constant that describes a message or an enum, with a comment that says so. */
export function printDesc(
  to: Printing,
  desc: DescMessage | DescEnum,
  lines: readonly string[],
  type: Part,
  make: ImportedName,
): void {
  printConstant(to, desc, descriptionDoc(desc, lines), type, make);
}

/** A constant of some type, made from the file's descriptor and the place in it. */
export function printConstant(
  to: Printing,
  desc: DescMessage | DescEnum | DescExtension | DescService,
  doc: string,
  type: Part,
  make: ImportedName,
): void {
  to.out.print(doc);
  const call: Part = [make, "(", to.scope.desc(desc.file), `, ${pathInFileDesc(desc).join(", ")})`];
  printExport(to, to.scope.desc(desc).name, type, call);
}

function descriptionDoc(desc: DescFile | DescMessage | DescEnum, lines: readonly string[]): string {
  return jsDoc([...lines, ...(isDeprecated(desc) ? ["@deprecated"] : [])].join("\n"));
}
