import { checkBoolean, checkOptions, isAnything, isArray, type OptionChecks } from "../base/check-option.js";

/** Where generated files import from. */
export type GenerateRuntime = "peregrine" | "protobuf-es";

/** The ending of imports between generated files. */
export type ImportExtension = ".js" | ".ts" | "none";

/** What is written: TypeScript; JavaScript; declarations for it. */
export type Form = "ts" | "js" | "dts";

/** The language of generated files, or several joined by `+`. */
export type GenerateTarget = Form | `${Form}+${Form}` | `${Form}+${Form}+${Form}`;

/** How generated JavaScript imports: as ECMAScript modules, or with `require` as CommonJS. */
export type JsImportStyle = "module" | "legacy_commonjs";

/** What makes a message field required in the type of valid messages; both joined by `+`. */
export type ValidTypes = ValidRule | `${ValidRule}+${ValidRule}`;
export type ValidRule = "legacy_required" | "protovalidate_required";

/** Files that the code of a package has already. */
export interface ImportMapping {
  /** Import names: `*` is anything without `/`, `**` anything; with `/` at the end, all below a directory. */
  readonly pattern: string;
  /** What stands before the path of the generated module: `buf/validate/:@bufbuild/protovalidate/gen`. */
  readonly target: string;
}

export interface GenerateOptions {
  /**
   * `"peregrine"` (the default) imports from `peregrine/gen` and `peregrine/protobuf`; `"protobuf-es"` from
   * `@bufbuild/protobuf`, as protoc-gen-es does.
   */
  readonly runtime?: GenerateRuntime | undefined;
  /**
   * `".js"` (the default) is what Node's module resolution asks for; `".ts"` is for `allowImportingTsExtensions` and for
   * Node running TypeScript itself; `"none"` is for bundlers.
   */
  readonly importExtension?: ImportExtension | undefined;
  /**
   * How the files of target `"js"` import and export: `"module"` (the default) as ECMAScript modules, or
   * `"legacy_commonjs"` with `require` and `exports`, for packages without `"type": "module"`. TypeScript and
   * declarations are the same for both.
   */
  readonly jsImportStyle?: JsImportStyle | undefined;
  /**
   * Writes enums as constant objects with a type of the same name instead of `enum`, for compilers with
   * `erasableSyntaxOnly` and for Node running TypeScript itself. Default false, as in protoc-gen-es.
   */
  readonly erasableSyntax?: boolean | undefined;
  /**
   * Also writes a type for the JSON form of each message and enum, `HelloRequestJson`, which `toJson` then returns.
   * Default false, as in protoc-gen-es.
   */
  readonly jsonTypes?: boolean | undefined;
  /** `"ts"` (the default) writes `*_pb.ts`; `"js+dts"` writes `*_pb.js` and `*_pb.d.ts`, for projects without a build. */
  readonly target?: GenerateTarget | undefined;
  /**
   * Also writes the code that encodes and decodes each message, `*_pb_code.ts`, for places where code may not be made at
   * run time: Workers, pages with a strict Content-Security-Policy. Default false: the code is made when it is first
   * used. Only with the runtime `"peregrine"`.
   */
  readonly codec?: boolean | undefined;
  /**
   * Also writes a type of valid messages for each message, `HelloRequestValid`, in which required message fields are not
   * optional: `"legacy_required"` are those of proto2 and editions, `"protovalidate_required"` those with the rule of
   * protovalidate. Default: no such types, as in protoc-gen-es.
   */
  readonly validTypes?: ValidTypes | undefined;
  /** Imports these files from packages instead of writing them too; the first pattern that fits counts. */
  readonly mapImports?: readonly ImportMapping[] | undefined;
  /** Has compilers skip the types of generated files, with `// @ts-nocheck`. Default false, as in protoc-gen-es. */
  readonly tsNocheck?: boolean | undefined;
}

/** One file that was generated. */
export interface GeneratedFile {
  /** Relative to the output directory, with `/`: `greet/hello_pb.ts`. */
  readonly path: string;
  /** The import name of the `.proto` file behind it. */
  readonly source: string;
  readonly text: string;
}

/** Options with all defaults filled in. */
export interface ResolvedOptions {
  readonly runtime: GenerateRuntime;
  readonly importExtension: ImportExtension;
  readonly jsImportStyle: JsImportStyle;
  readonly erasableSyntax: boolean;
  readonly jsonTypes: boolean;
  readonly codec: boolean;
  readonly target: string;
  /** What the target names, each once. */
  readonly forms: readonly Form[];
  /** Each once; none where no such types are written. */
  readonly validRules: readonly ValidRule[];
  readonly mapImports: readonly ImportMapping[];
  readonly tsNocheck: boolean;
}

export const runtimes: readonly GenerateRuntime[] = ["peregrine", "protobuf-es"];
export const importExtensions: readonly ImportExtension[] = [".js", ".ts", "none"];
export const jsImportStyles: readonly JsImportStyle[] = ["module", "legacy_commonjs"];
export const forms: readonly Form[] = ["ts", "js", "dts"];
export const validRules: readonly ValidRule[] = ["legacy_required", "protovalidate_required"];

/** The texts are checked by `resolveOptions`, in the words of the user. */
const checks: OptionChecks<GenerateOptions> = {
  runtime: isAnything,
  importExtension: isAnything,
  jsImportStyle: isAnything,
  erasableSyntax: checkBoolean,
  jsonTypes: checkBoolean,
  target: isAnything,
  codec: checkBoolean,
  validTypes: isAnything,
  mapImports: isArray(isAnything),
  tsNocheck: checkBoolean,
};

/** @throws {TypeError} naming an option that is not known or of another type, and what it may be */
export function checkGenerateOptions(options: GenerateOptions): void {
  checkOptions("options of generate()", options, checks);
}

/**
 * @param written how the user writes the name of an option, for errors
 * @throws {TypeError} when an option has a value that does not exist; it names those that do
 */
export function resolveOptions(
  options: GenerateOptions,
  written: (name: string) => string = (name) => name,
): ResolvedOptions {
  const { runtime = "peregrine", importExtension = ".js", erasableSyntax = false } = options;
  const { jsImportStyle = "module" } = options;
  const { jsonTypes = false, target = "ts", validTypes, mapImports = [], tsNocheck = false, codec = false } = options;
  checkOneOf(written("runtime"), runtime, runtimes);
  checkOneOf(written("importExtension"), importExtension, importExtensions);
  checkOneOf(written("jsImportStyle"), jsImportStyle, jsImportStyles);
  const resolved: ResolvedOptions = {
    runtime,
    importExtension,
    jsImportStyle,
    erasableSyntax,
    jsonTypes,
    target,
    forms: allOf(written("target"), target, forms),
    validRules: validTypes === undefined ? [] : allOf(written("validTypes"), validTypes, validRules),
    mapImports,
    tsNocheck,
    codec,
  };
  if (importExtension === ".ts" && !resolved.forms.includes("ts")) {
    const name = written("importExtension");
    throw new TypeError(`option ${name} is ".ts": with target "${target}" there are no .ts files to import`);
  }
  if (jsImportStyle !== "module" && !resolved.forms.includes("js")) {
    const name = written("jsImportStyle");
    throw new TypeError(`option ${name} is "${jsImportStyle}": with target "${target}" no JavaScript is written`);
  }
  if (codec && runtime !== "peregrine") {
    const name = written("codec");
    throw new TypeError(`option ${name} is true: the runtime ${JSON.stringify(runtime)} has no use for the code`);
  }
  return resolved;
}

/** The parts of a value like `js+dts`, each once, in the order of those that there are. */
function allOf<T extends string>(name: string, value: string, allowed: readonly T[]): T[] {
  const parts = value.split("+");
  for (const part of parts) {
    if ((allowed as readonly string[]).includes(part)) continue;
    throw new TypeError(
      `option ${name} is ${JSON.stringify(value)}: it may be ${allowed.join(", ")}, or several of these joined by "+"`,
    );
  }
  return allowed.filter((one) => parts.includes(one));
}

function checkOneOf(name: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  throw new TypeError(`option ${name} is ${JSON.stringify(value)}: it may be ${allowed.join(", ")}`);
}
