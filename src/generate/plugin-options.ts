import { parseMapping } from "./map-imports.js";
import type {
  GenerateOptions,
  GenerateRuntime,
  GenerateTarget,
  ImportExtension,
  JsImportStyle,
  ValidTypes,
} from "./options.js";

type Read = (value: string) => GenerateOptions;

/** What the parameter may hold; values of options are checked where options are resolved. */
const keys: Readonly<Record<string, Read>> = {
  runtime: (value) => ({ runtime: value as GenerateRuntime }),
  target: (value) => ({ target: value as GenerateTarget }),
  import_extension: (value) => ({
    importExtension: (value === "none" || value.startsWith(".") ? value : `.${value}`) as ImportExtension,
  }),
  js_import_style: (value) => ({ jsImportStyle: value as JsImportStyle }),
  json_types: (value) => ({ jsonTypes: isTrue("json_types", value) }),
  codec: (value) => ({ codec: isTrue("codec", value) }),
  erasable_syntax: (value) => ({ erasableSyntax: isTrue("erasable_syntax", value) }),
  valid_types: (value) => ({ validTypes: value as ValidTypes }),
  map_imports: (value) => ({ mapImports: [parseMapping(value)] }),
  ts_nocheck: (value) => ({ tsNocheck: isTrue("ts_nocheck", value) }),
  // Options of protoc-gen-es whose effect is always there, so that a project can take its list of options along.
  keep_empty_files: (value) => always("keep_empty_files", value, ["true", "1", "false", "0", ""], "no file is empty"),
  elide_plugin_version: (value) => always("elide_plugin_version", value, ["true", "1", ""], "files have no version"),
};

function always(key: string, value: string, fitting: readonly string[], what: string): GenerateOptions {
  if (fitting.includes(value)) return {};
  throw new TypeError(`option ${key} is ${JSON.stringify(value)}: it may be ${fitting[0]}, since ${what}`);
}

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
      const instead = key === "rewrite_imports" ? " (map_imports is the one for imports from packages)" : "";
      throw new TypeError(
        `there is no option ${JSON.stringify(key)}: there are ${Object.keys(keys).join(", ")}${instead}`,
      );
    }
    const next = read(at < 0 ? "" : part.slice(at + 1));
    options = { ...options, ...next, mapImports: [...(options.mapImports ?? []), ...(next.mapImports ?? [])] };
  }
  return options;
}

/** A name alone means true. */
function isTrue(key: string, value: string): boolean {
  if (["", "true", "1"].includes(value)) return true;
  if (["false", "0"].includes(value)) return false;
  throw new TypeError(`option ${key} is ${JSON.stringify(value)}: it may be true, false`);
}

/** The name of an option as a parameter has it. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
