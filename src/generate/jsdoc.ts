import type { AnyDesc, DescFile } from "@bufbuild/protobuf";
import { parentTypes } from "@bufbuild/protobuf/reflect";
import { commentsOf } from "./comments.js";
import { declarationText, featureTexts } from "./declaration.js";

/** A doc comment of some text; nothing in the text can end it early. */
export function jsDoc(text: string, indentation: string = ""): string {
  const lines = text.split("\n").map((line) => line.replaceAll("*/", "*\\/"));
  const body = lines.map((line) => `${indentation} *${line === "" ? "" : ` ${line}`}\n`).join("");
  return `${indentation}/**\n${body}${indentation} */`;
}

/** The doc comment of an element: its comments in the `.proto` file, what it was made from, whether it is deprecated. */
export function descDoc(desc: Exclude<AnyDesc, DescFile>, indentation: string = ""): string {
  const { leading, trailing } = commentsOf(desc);
  const comments = [leading, trailing].filter((text) => text !== undefined).map(withoutLastLf);
  // Two newlines behind each part that has text, as in protoc-gen-es.
  const text = comments.reduce((all, part) => (all === "" ? part : `${all}\n\n${part}`), "");
  const own = text === "" ? "" : `${text.split("\n").map(withoutFirstBlank).join("\n")}\n\n`;
  const deprecated = isDeprecated(desc) ? "\n@deprecated" : "";
  return jsDoc(`${own}${originText(desc)}${deprecated}`, indentation);
}

function withoutLastLf(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}

/** Most comments have a blank behind the slashes, which belongs to the comment's look. */
function withoutFirstBlank(line: string): string {
  return line.startsWith(" ") ? line.slice(1) : line;
}

function originText(desc: Exclude<AnyDesc, DescFile>): string {
  switch (desc.kind) {
    case "enum_value":
      return `@generated from enum value: ${declarationText(desc)};`;
    case "field":
    case "extension":
      return `@generated from ${desc.kind}: ${declarationText(desc)};`;
    case "message":
    case "enum": {
      const features = featureTexts(desc);
      if (features.length === 0) return `@generated from ${desc}`;
      const word = features.length > 1 ? "options" : "option";
      return `@generated from ${desc}\n@generated with ${word} ${features.join(", ")}`;
    }
    default:
      return `@generated from ${desc}`;
  }
}

/** What stands in something deprecated is deprecated too; members of types are not, since the type says it. */
export function isDeprecated(desc: AnyDesc): boolean {
  if (desc.deprecated) return true;
  if (desc.kind === "field" || desc.kind === "enum_value" || desc.kind === "rpc") return false;
  return parentTypes(desc).some((parent) => parent.deprecated);
}
