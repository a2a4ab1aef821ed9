import type { DescEnum, DescFile, DescMessage } from "@bufbuild/protobuf";
import { wktPublicImportPaths } from "@bufbuild/protobuf/codegenv2";
import { generatedPath } from "./import-path.js";
import { type FileNames, fileNames, type NamedDesc } from "./names.js";
import type { GenerateRuntime } from "./options.js";
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
  /** Import names of the files that this run writes: they are imported from there, whatever they are. */
  readonly #generated: ReadonlySet<string>;
  readonly #names: Map<DescFile, FileNames> = new Map();

  constructor(runtime: GenerateRuntime, generated: ReadonlySet<string>) {
    this.#runtime = runtime;
    this.#generated = generated;
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
    return (this.#generated.has(name) ? undefined : packagedModule(name, this.#runtime)) ?? generatedPath(name);
  }
}

/** The files of `google.rpc` that the entry `peregrine/rpc` has. */
const rpcFiles: ReadonlySet<string> = new Set([
  "google/rpc/code.proto",
  "google/rpc/error_details.proto",
  "google/rpc/status.proto",
]);

/** The module that already has what would be generated for an import name, or undefined where there is none. */
export function packagedModule(protoName: string, runtime: GenerateRuntime): string | undefined {
  const wellKnown = Object.hasOwn(wktPublicImportPaths, protoName) ? wktPublicImportPaths[protoName] : undefined;
  if (runtime === "protobuf-es") return wellKnown;
  if (wellKnown !== undefined) return "peregrine/protobuf/wkt";
  return rpcFiles.has(protoName) ? "peregrine/rpc" : undefined;
}
