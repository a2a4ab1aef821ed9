import { builtinModules } from "node:module";

/** Most characters that npm takes. */
const nameLengthMax = 214;

/** What is wrong with a name by the rules of npm; undefined for a good one. */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name.length > nameLengthMax) return `it has ${name.length} characters; npm takes ${nameLengthMax}`;
  if (name !== name.toLowerCase()) return "npm takes no capital letters";
  const match = /^(?:@([^/]+)\/)?([^/]+)$/.exec(name);
  if (match === null) return "only a scope may stand before a slash, as in @scope/name";
  for (const part of [match[1], match[2] as string]) {
    if (part === undefined) continue;
    if (/^[._-]/.test(part)) return "it must not begin with a dot, an underscore or a hyphen";
    if (!/^[a-z0-9._-]+$/.test(part)) return "npm takes a-z, 0-9, dots, hyphens and underscores";
  }
  if (["node_modules", "favicon.ico"].includes(name)) return "npm does not take this one";
  if (builtinModules.includes(name)) return "a module of Node has this name";
  return undefined;
}

/** The part behind the scope. */
export function directoryName(name: string): string {
  return name.slice(name.indexOf("/") + 1);
}

/** The name as a package of Protobuf: letters, digits and underscores, a letter first. */
export function protoPackage(name: string): string {
  const word = directoryName(name)
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^[a-z]/.test(word) ? word : `app_${word}`;
}
