import { generatedPath } from "./import-path.js";
import type { ImportMapping } from "./options.js";

/**
 * The module that a mapping names for an import name: `<target>/buf/validate/validate_pb.js`, or, where the target is
 * relative to the output directory, the path of the generated file there.
 *
 * @returns undefined when no pattern fits
 */
export function mappedModule(protoName: string, mappings: readonly ImportMapping[]): string | undefined {
  const found = mappings.find(({ pattern }) => fits(pattern, protoName));
  if (found === undefined) return undefined;
  const target = found.target.replace(/\/$/, "");
  const path = generatedPath(protoName);
  if (/^\.{1,2}(\/|$)/.test(target)) return `${target}/${path}`.replace(/^(\.\/)+/, "");
  return `${target}/${path.replace(/\.ts$/, ".js")}`;
}

/** Reads `PATTERN:TARGET`. */
export function parseMapping(text: string): ImportMapping {
  const at = text.indexOf(":");
  if (at > 0 && at < text.length - 1) return { pattern: text.slice(0, at), target: text.slice(at + 1) };
  throw new TypeError(
    `mapping ${JSON.stringify(text)}: it must be PATTERN:TARGET, as in buf/validate/:@bufbuild/protovalidate/gen`,
  );
}

/**
 * Whether a pattern fits a name. As in protoc-gen-es: `**\/` any directories, `**` anything, `*` anything in one of them, a last `/`
 * all below. Each part takes the places that the parts before it can end at to those where it can: a regular expression
 * made of the pattern would try them one by one, for each `*` anew.
 */
function fits(pattern: string, name: string): boolean {
  let places = new Uint8Array(name.length + 1);
  places[0] = 1;
  const parts: string[] = pattern.match(/\*\*\/|\*\*|\*|[^*]/g) ?? [];
  if (parts.at(-1) === "/") parts.push("**");
  for (const part of parts) {
    if (part === "**/") places = throughDirectories(places, name);
    else if (part === "**") places = places.fill(1, places.indexOf(1) < 0 ? places.length : places.indexOf(1));
    else if (part === "*") places = throughOneName(places, name);
    else places = throughCharacter(places, name, part);
  }
  return places[name.length] === 1;
}

function throughCharacter(from: Uint8Array, name: string, character: string): Uint8Array<ArrayBuffer> {
  const to = new Uint8Array(from.length);
  for (let i = 0; i < name.length; i++) if (from[i] === 1 && name[i] === character) to[i + 1] = 1;
  return to;
}

function throughOneName(from: Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  const to = Uint8Array.from(from);
  for (let i = 0; i < name.length; i++) if (to[i] === 1 && name[i] !== "/") to[i + 1] = 1;
  return to;
}

function throughDirectories(from: Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  const to = Uint8Array.from(from);
  // Whether a directory's name, with a character at least, can have begun.
  let begun = false;
  for (let i = 0; i < name.length; i++) {
    if (name[i] !== "/") begun ||= to[i] === 1;
    else {
      if (begun) to[i + 1] = 1;
      begun = false;
    }
  }
  return to;
}
