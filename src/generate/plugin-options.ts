import type { GenerateOptions, GenerateRuntime, GenerateTarget, ImportExtension } from "./options.js";

type Read = (value: string) => GenerateOptions;

/** What the parameter may hold; values of options are checked where options are resolved. */
const keys: Readonly<Record<string, Read>> = {
  runtime: (value) => ({ runtime: value as GenerateRuntime }),
  target: (value) => ({ target: value as GenerateTarget }),
  import_extension: (value) => ({
    importExtension: (value === "none" || value.startsWith(".") ? value : `.${value}`) as ImportExtension,
  }),
  json_types: (value) => ({ jsonTypes: isTrue("json_types", value) }),
  codec: (value) => ({ codec: isTrue("codec", value) }),
  erasable_syntax: (value) => ({ erasableSyntax: isTrue("erasable_syntax", value) }),
};

/**
 * Reads the parameter of a plugin, `import_extension=js,json_types=true`.
 *
 * @throws {TypeError} when there is no such option, or when it cannot have the value
 */
export function pluginOptions(parameter: string): GenerateOptions {
  let options: GenerateOptions = {};
  for (const part of parameter.split(",").filter((text) => text !== "")) {
    const at = part.indexOf("=");
    const key = at < 0 ? part : part.slice(0, at);
    const read = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (read === undefined) {
      throw new TypeError(`there is no option ${JSON.stringify(key)}: there are ${Object.keys(keys).join(", ")}`);
    }
    options = { ...options, ...read(at < 0 ? "" : part.slice(at + 1)) };
  }
  return options;
}

/** A name alone means true. */
function isTrue(key: string, value: string): boolean {
  if (["", "true", "1"].includes(value)) return true;
  if (["false", "0"].includes(value)) return false;
  throw new TypeError(`option ${key} is ${JSON.stringify(value)}: it may be true, false`);
}
