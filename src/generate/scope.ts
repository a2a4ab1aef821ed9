import type { DescEnum, DescFile, DescMessage } from "@bufbuild/protobuf";
import { wktPublicImportPaths } from "@bufbuild/protobuf/codegenv2";
import { generatedPath } from "./import-path.js";
import { mappedModule } from "./map-imports.js";
import { type FileNames, fileNames, type NamedDesc } from "./names.js";
import type { GenerateRuntime, ImportMapping } from "./options.js";
import { type ImportedName, importedName } from "./source-file.js";

/** The functions that generated files call, and the types beside them. */
type GenFunction =
  | "attachCode"
  | "fileDesc"
  | "messageDesc"
  | "enumDesc"
  | "extDesc"
  | "serviceDesc"
  | "tsEnum"
  | "objEnum";
type GenType = "GenCode" | "GenFile" | "GenMessage" | "GenEnum" | "GenExtension" | "GenService";
type ProtobufType = "Message" | "JsonObject" | "JsonValue" | "UnknownEnum";

/** Knows for one run where each name is imported from. */
export class Scope {
  readonly #runtime: GenerateRuntime;
  /** Import names of the files that this run writes. */
  readonly #generated: ReadonlySet<string>;
  readonly #mapImports: readonly ImportMapping[];
  readonly #names: Map<DescFile, FileNames>;
  /** The file whose code is being written: its own names are never imported. */
  readonly #own: DescFile | undefined;

  constructor(
    runtime: GenerateRuntime,
    generated: ReadonlySet<string>,
    mapImports: readonly ImportMapping[] = [],
    names: Map<DescFile, FileNames> = new Map(),
    own?: DescFile,
  ) {
    this.#runtime = runtime;
    this.#generated = generated;
    this.#mapImports = mapImports;
    this.#names = names;
    this.#own = own;
  }

  /** The same in one file of the run. */
  within(file: DescFile): Scope {
    return new Scope(this.#runtime, this.#generated, this.#mapImports, this.#names, file);
  }

  genFunction(name: GenFunction): ImportedName {
    return importedName(name, this.#genModule(), false);
  }

  genType(name: GenType): ImportedName {
    return importedName(name, this.#genModule(), true);
  }

  protobufType(name: ProtobufType): ImportedName {
    return importedName(name, this.#runtime === "peregrine" ? "peregrine/protobuf" : "@bufbuild/protobuf", true);
  }

  #genModule(): string {
    return this.#runtime === "peregrine" ? "peregrine/gen" : "@bufbuild/protobuf/codegenv2";
  }

  /** The type of a message or an enum. */
  shape(desc: DescMessage | DescEnum): ImportedName {
    const name = this.#fileNames(desc.file).shapes.get(desc) as string;
    return importedName(name, this.#module(desc.file), true);
  }

  /** The type of the JSON form of a message or an enum. */
  jsonType(desc: DescMessage | DescEnum): ImportedName {
    const name = this.#fileNames(desc.file).jsonTypes.get(desc) as string;
    return importedName(name, this.#module(desc.file), true);
  }

  /** The type of the JSON form for a field that holds some; any JSON where a package has no such type. */
  jsonElement(desc: DescMessage | DescEnum): ImportedName {
    return this.#module(desc.file) === protovalidateModule ? this.protobufType("JsonValue") : this.jsonType(desc);
  }

  /** The type of valid messages. */
  validType(desc: DescMessage): ImportedName {
    const name = this.#fileNames(desc.file).validTypes.get(desc) as string;
    return importedName(name, this.#module(desc.file), true);
  }

  /** The type of valid messages for a field that holds some; the plain one where a package has no other. */
  validElement(desc: DescMessage): ImportedName {
    const isWellKnown = Object.hasOwn(wktPublicImportPaths, desc.file.proto.name);
    const isPlain = [rpcModule, protovalidateModule].includes(this.#module(desc.file));
    return isWellKnown || isPlain ? this.shape(desc) : this.validType(desc);
  }

  /** The constant that describes a file, a message, an enum, an extension or a service. */
  desc(desc: NamedDesc, typeOnly: boolean = false): ImportedName {
    const file = desc.kind === "file" ? desc : desc.file;
    return importedName(this.#fileNames(file).descs.get(desc) as string, this.#module(file), typeOnly);
  }

  #fileNames(file: DescFile): FileNames {
    let names = this.#names.get(file);
    if (names === undefined) {
      names = fileNames(file);
      this.#names.set(file, names);
    }
    return names;
  }

  /** Whether a package has the file's types already, so that no file is generated for them. */
  isPackaged(file: DescFile): boolean {
    return !this.#module(file).endsWith("_pb.ts");
  }

  #module(file: DescFile): string {
    const name = file.proto.name;
    if (file === this.#own) return generatedPath(name);
    const isWritten = this.#generated.has(name);
    // What this run writes is imported from there, unless the user says otherwise.
    const module = isWritten
      ? mappedModule(name, this.#mapImports)
      : packagedModule(name, this.#runtime, this.#mapImports);
    return module ?? generatedPath(name);
  }
}

/** The files of `google.rpc` that the entry `peregrine/rpc` has. */
const rpcFiles: ReadonlySet<string> = new Set([
  "google/rpc/code.proto",
  "google/rpc/error_details.proto",
  "google/rpc/status.proto",
]);
const rpcModule = "peregrine/rpc";

/** A module with the types of messages alone: none for their JSON form, none of valid messages. */
const protovalidateModule = "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";

/** The module that already has what would be generated for an import name, or undefined where there is none. */
export function packagedModule(
  protoName: string,
  runtime: GenerateRuntime,
  mapImports: readonly ImportMapping[] = [],
): string | undefined {
  const wellKnown = Object.hasOwn(wktPublicImportPaths, protoName) ? wktPublicImportPaths[protoName] : undefined;
  if (wellKnown !== undefined) return runtime === "protobuf-es" ? wellKnown : "peregrine/protobuf/wkt";
  return (
    mappedModule(protoName, mapImports) ?? (runtime === "peregrine" && rpcFiles.has(protoName) ? rpcModule : undefined)
  );
}
