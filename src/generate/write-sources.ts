import type { DescFile } from "@bufbuild/protobuf";
import { assertValidNames } from "@bufbuild/protobuf/codegenv2";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { codePath, generatedPath, pathInForm, relativeSpecifier } from "./import-path.js";
import type { Form, GeneratedFile, ResolvedOptions } from "./options.js";
import { preamble } from "./preamble.js";
import { printCode } from "./print-code.js";
import { printFileDesc } from "./print-desc.js";
import { printEnum } from "./print-enum.js";
import { printExtension } from "./print-extension.js";
import { printMessage } from "./print-message.js";
import { printService } from "./print-service.js";
import { isCommonJs, type Printing } from "./printing.js";
import { Scope } from "./scope.js";
import { SourceFile } from "./source-file.js";
import { ValidTypesOf } from "./valid-types.js";

/** Who makes the files, and what they carry, where it is not the default. */
export interface Making {
  /** The program's name for the head of each file. Default `peregrine generate`. */
  readonly maker?: string;
  /** The descriptor that a file carries. Default: the one that it is written from. */
  readonly embedded?: (file: DescFile) => FileDescriptorProto;
}

/** The head of files that the command line makes. */
export const defaultMaker = "peregrine generate";

/**
 * Writes exactly these files; what they import is taken to be there.
 *
 * @throws {Error} when a descriptor has names that are no identifiers or paths
 */
export function writeSources(
  files: readonly DescFile[],
  options: ResolvedOptions,
  making: Making = {},
): GeneratedFile[] {
  const { maker = defaultMaker, embedded = (file) => file.proto } = making;
  for (const file of files) checkFile(file, embedded(file));
  const scope = new Scope(options.runtime, new Set(files.map((file) => file.proto.name)), options.mapImports);
  const valid = options.validRules.length > 0 ? new ValidTypesOf(options.validRules) : undefined;
  const write = (file: DescFile, path: string, form: Form, print: Print, before = ""): GeneratedFile => {
    const to: Printing = { out: new SourceFile(path), form, scope: scope.within(file), options, valid, embedded };
    print(to, file);
    const text = preamble(file, options, maker) + before + bodyText(to, path);
    return { path: pathInForm(path, form), source: file.proto.name, text };
  };
  // Declarations say nothing of it: only the file beside it imports it.
  const codeForms = options.codec ? options.forms.filter((form) => form !== "dts") : [];
  return files.flatMap((file) => {
    const path = generatedPath(file.proto.name);
    return [
      ...options.forms.map((form) => write(file, path, form, printFile)),
      ...codeForms.map((form) => {
        const before = form === "ts" && !options.tsNocheck ? unchecked : "";
        return write(file, codePath(path), form, printCode, before);
      }),
    ];
  });
}

/** Code has no types: it is the same text that is else made at run time. */
const unchecked = "// @ts-nocheck\n\n";

type Print = (to: Printing, file: DescFile) => void;

/** Names become identifiers and paths: descriptors that did not come from a compiler may have any. */
function checkFile(file: DescFile, embedded: FileDescriptorProto): void {
  const { name } = file.proto;
  const outside = name.startsWith("/") || /^[A-Za-z]:/.test(name) || name.includes("\\");
  if (outside || name.split("/").some((part) => part === "" || part === "." || part === "..")) {
    throw new Error(`the file name ${JSON.stringify(name)} is not a plain relative path`);
  }
  if (!/^([A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*)?$/.test(file.proto.package)) {
    throw new Error(`${name}: invalid package name ${JSON.stringify(file.proto.package)}`);
  }
  assertValidNames(file.proto);
  if (embedded !== file.proto) assertValidNames(embedded);
}

function printFile(to: Printing, file: DescFile): void {
  printFileDesc(to, file);
  for (const desc of nestedTypes(file)) {
    switch (desc.kind) {
      case "message":
        printMessage(to, desc);
        break;
      case "enum":
        printEnum(to, desc);
        break;
      case "extension":
        printExtension(to, desc);
        break;
      case "service":
        printService(to, desc);
        break;
    }
  }
}

function bodyText(to: Printing, path: string): string {
  const specifier = (from: string): string =>
    from.endsWith(".ts") ? relativeSpecifier(path, from, to.options.importExtension) : from;
  return isCommonJs(to) ? to.out.toCommonJs(specifier) : to.out.toText(specifier);
}
