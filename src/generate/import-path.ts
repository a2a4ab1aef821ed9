import type { ImportExtension } from "./options.js";

/** The path of the generated file for an import name: `greet/hello.proto` gives `greet/hello_pb.ts`. */
export function generatedPath(protoName: string): string {
  return `${protoName.replace(/\.proto$/, "")}_pb.ts`;
}

/** The path of the file beside a generated one that holds its code: `greet/hello_pb_code.ts`. */
export function codePath(generated: string): string {
  return generated.replace(/\.ts$/, "_code.ts");
}

/** The path without its ending, and with that of the form: `greet/hello_pb.d.ts`. */
export function pathInForm(path: string, form: "ts" | "js" | "dts"): string {
  return path.replace(/\.ts$/, form === "dts" ? ".d.ts" : `.${form}`);
}

/**
 * The specifier that one generated file imports another by.
 *
 * @param from path of the importing file, relative to the output directory
 * @param to path of the imported one; with `..` at its start where it is outside of that directory
 */
export function relativeSpecifier(from: string, to: string, extension: ImportExtension): string {
  const here = from.split("/").slice(0, -1);
  const there = to.replace(/\.ts$/, extension === "none" ? "" : extension).split("/");
  let shared = 0;
  while (shared < here.length && shared < there.length - 1 && here[shared] === there[shared]) shared++;
  const parts = [...here.slice(shared).map(() => ".."), ...there.slice(shared)];
  return parts[0] === ".." ? parts.join("/") : `./${parts.join("/")}`;
}
