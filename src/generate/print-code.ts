import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { codeVersion } from "../codec/ahead.js";
import { type CodeFunction, CodePrinter } from "../codec/code-text.js";
import { jsDoc } from "./jsdoc.js";
import { exportConst, type Printing } from "./printing.js";
import { exportedName } from "./source-file.js";

/** The name under which a file of code exports it. */
export const codeName = "code";

/**
 * The body of the file that holds the code for a file's message types. Types that come from packages, whose descriptors
 * have no code, are written along: all that the file's own types lead to.
 */
export function printCode(to: Printing, file: DescFile): void {
  const { out, scope, form } = to;
  const printer = new CodePrinter();
  out.print(jsDoc(`Code that encodes and decodes the messages of ${file.name}.proto.`));
  const type = form === "ts" ? [": ", scope.genType("GenCode")] : "";
  out.print(exportConst(to), exportedName(codeName), type, " = {");
  out.print(`  version: ${codeVersion},`);
  out.print("  files: {");
  for (const [name, messages] of groupByFile([...ownMessages(file), ...packagedMessages(to, file)])) {
    out.print(`    ${JSON.stringify(name)}: {`);
    for (const message of messages) printType(to, message, printer.print(message));
    out.print("    },");
  }
  out.print("  },");
  out.print("};");
}

function printType({ out }: Printing, desc: DescMessage, functions: readonly CodeFunction[] | undefined): void {
  if (functions === undefined) return;
  out.print(`      ${JSON.stringify(desc.typeName)}: {`);
  for (const { name, parameters, body } of functions) {
    out.print(`        ${name}(${parameters.join(", ")}) {`);
    for (const line of body.split("\n")) out.print(`          ${line.trim()}`);
    out.print("        },");
  }
  out.print("      },");
}

function groupByFile(messages: readonly DescMessage[]): Map<string, DescMessage[]> {
  const groups = new Map<string, DescMessage[]>();
  for (const message of messages) {
    const name = message.file.proto.name;
    groups.set(name, [...(groups.get(name) ?? []), message]);
  }
  return groups;
}

function ownMessages(file: DescFile): DescMessage[] {
  return [...nestedTypes(file)].filter((desc) => desc.kind === "message");
}

/** Message types that the file's own ones lead to, and that no generated file has. */
function packagedMessages({ scope }: Printing, file: DescFile): DescMessage[] {
  const found = new Set<DescMessage>();
  const visit = (desc: DescMessage): void => {
    for (const { message } of desc.fields) {
      if (message === undefined || !scope.isPackaged(message.file) || found.has(message)) continue;
      found.add(message);
      visit(message);
    }
  };
  const methods = file.services.flatMap((service) => service.methods);
  for (const one of methods.flatMap((method) => [method.input, method.output])) {
    if (scope.isPackaged(one.file)) found.add(one);
  }
  for (const one of [...found, ...ownMessages(file)]) visit(one);
  return [...found].sort((a, b) => (a.typeName < b.typeName ? -1 : 1));
}
