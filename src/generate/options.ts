/** Where generated files import from. */
export type GenerateRuntime = "peregrine" | "protobuf-es";

/** The ending of imports between generated files. */
export type ImportExtension = ".js" | ".ts" | "none";

/** The language of generated files: TypeScript, or JavaScript with declarations beside it. */
export type GenerateTarget = "ts" | "js+dts";

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
  readonly erasableSyntax: boolean;
  readonly jsonTypes: boolean;
  readonly target: GenerateTarget;
  readonly codec: boolean;
}

export const runtimes: readonly GenerateRuntime[] = ["peregrine", "protobuf-es"];
export const importExtensions: readonly ImportExtension[] = [".js", ".ts", "none"];
export const targets: readonly GenerateTarget[] = ["ts", "js+dts"];

/** @throws {TypeError} when an option has a value that does not exist; it names those that do */
export function resolveOptions(options: GenerateOptions): ResolvedOptions {
  const { runtime = "peregrine", importExtension = ".js", erasableSyntax = false } = options;
  const { jsonTypes = false, target = "ts", codec = false } = options;
  checkOneOf("runtime", runtime, runtimes);
  checkOneOf("importExtension", importExtension, importExtensions);
  checkOneOf("target", target, targets);
  if (target === "js+dts" && importExtension === ".ts") {
    throw new TypeError('option importExtension is ".ts": with target "js+dts" there are no .ts files to import');
  }
  if (codec && runtime !== "peregrine") {
    throw new TypeError(`option codec is true: the runtime ${JSON.stringify(runtime)} has no use for the code`);
  }
  return { runtime, importExtension, erasableSyntax, jsonTypes, target, codec };
}

function checkOneOf(name: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  throw new TypeError(`option ${name} is ${JSON.stringify(value)}: it may be ${allowed.join(", ")}`);
}
