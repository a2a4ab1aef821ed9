import {
  create,
  createFileRegistry,
  type DescEnum,
  type DescFile,
  type DescService,
  type FileRegistry,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { checkOptions, isArray, isText, type OptionChecks } from "../base/check-option.js";
import type { DynamicMessageSchema, DynamicService, MethodShapes } from "../codec/dynamic.js";
import { type Diagnostic, formatDiagnostic } from "../proto/diagnostic.js";
import { compileFiles, hasErrors } from "./compile-files.js";

export interface LoadProtoOptions {
  /**
   * Where imports are searched first, in order; then in the modules of the `buf.yaml` that a path belongs to. Default:
   * each directory that is loaded, and the own directory of each file, where these are in no module. What is in none of
   * them is looked for in installed packages, `pkg/a/b.proto`. The well-known types and `google/rpc` need none.
   */
  readonly includeDirs?: readonly string[] | undefined;
}

const checks: OptionChecks<LoadProtoOptions> = { includeDirs: isArray(isText) };

/** A `.proto` file has errors. The message shows all of them, each with its place and line. */
export class ProtoError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join("\n"));
    this.diagnostics = diagnostics;
  }

  override get name(): string {
    return "ProtoError";
  }
}

/** `.proto` files as services, messages and enums that work without generated code. */
export class LoadedProto {
  /** All types, with those of imported files: what JSON and `google.protobuf.Any` need. */
  readonly registry: FileRegistry;
  /** The files that were loaded, without what they import. */
  readonly files: readonly DescFile[];

  /** @param names import names of the files that count as loaded */
  constructor(registry: FileRegistry, names: readonly string[]) {
    this.registry = registry;
    this.files = names.map((name) => registry.getFile(name)).filter((file) => file !== undefined);
  }

  /** All services of the loaded files. */
  get services(): readonly DynamicService[] {
    return this.files.flatMap((file) => file.services) as unknown as DynamicService[];
  }

  /**
   * A service, for `server.add(...)` and `channel.client(...)`.
   *
   * @param name the full name, `greet.Greeter`, or its end where that is clear: `Greeter`
   * @param shapes the methods that the program uses, `{ sayHello: "unary" }`: they are checked here, and the compiler
   *   knows them from then on. Without it, any method may be named, and what it gives can be awaited or iterated
   * @throws {Error} when there is none, or several, and lists those that there are; when a shape is another one
   */
  service(name: string): DynamicService;
  service<const Shapes extends MethodShapes>(name: string, shapes: Shapes): DynamicService<Shapes>;
  service(name: string, shapes: MethodShapes = {}): DynamicService {
    const service = this.#find("service", name) as DescService;
    for (const [method, shape] of Object.entries(shapes)) checkShape(service, method, shape);
    return service as unknown as DynamicService;
  }

  /** A message type, for `create`, `toJson` and so on. Names and errors as with `service`. */
  message(name: string): DynamicMessageSchema {
    return this.#find("message", name) as unknown as DynamicMessageSchema;
  }

  /** An enum, with its values by name and number. Names and errors as with `service`. */
  enum(name: string): DescEnum {
    return this.#find("enum", name) as DescEnum;
  }

  #find(kind: "service" | "message" | "enum", name: string): object {
    const exact = this.registry.get(name);
    if (exact !== undefined && exact.kind === kind) return exact;
    const all = [...this.registry].filter((desc) => desc.kind === kind);
    const loaded = all.filter((desc) => this.files.includes(desc.file));
    // The loaded files go before those that they import.
    for (const candidates of [loaded, all]) {
      const found = candidates.filter((desc) => desc.typeName.endsWith(`.${name}`));
      if (found[0] !== undefined && found.length === 1) return found[0];
      if (found.length > 1) throw new Error(`${kind} ${quote(name)} is not clear: ${listNames(found)}`);
    }
    const files = this.files.map((file) => file.proto.name).join(", ");
    throw new Error(`there is no ${kind} ${quote(name)} in ${files}: there is ${listNames(loaded)}`);
  }
}

function checkShape(service: DescService, method: string, shape: string): void {
  const desc = service.methods.find((one) => one.localName === method);
  if (desc?.methodKind === shape) return;
  if (desc !== undefined) {
    throw new Error(`the method ${service.typeName}.${desc.name} is ${desc.methodKind}, not ${shape}`);
  }
  const names = service.methods.map((one) => one.localName).join(", ");
  throw new Error(`the service ${service.typeName} has no method ${quote(method)}: there is ${names || "none at all"}`);
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function listNames(descs: readonly { readonly typeName: string }[]): string {
  return descs.length === 0
    ? "none at all"
    : descs
        .map((desc) => desc.typeName)
        .sort()
        .join(", ");
}

/**
 * Compiles `.proto` files when the program runs, so that their services can be served and called without generated
 * code: `channel.client((await loadProto("greet.proto")).service("greet.Greeter"))`.
 *
 * @param paths a `.proto` file, a directory of them, or several; relative to the current directory
 * @throws {ProtoError} when a file has errors
 * @throws {InputError} when a path or directory does not exist or has no `.proto` file
 */
export async function loadProto(
  paths: string | readonly string[],
  options: LoadProtoOptions = {},
): Promise<LoadedProto> {
  return loadProtoSync(paths, options);
}

/** As `loadProto`, at once: for the top level of modules that cannot wait. */
export function loadProtoSync(paths: string | readonly string[], options: LoadProtoOptions = {}): LoadedProto {
  checkOptions("options of loadProto()", options, checks);
  const { inputs, files, diagnostics } = compileFiles(
    typeof paths === "string" ? [paths] : paths,
    options.includeDirs ?? [],
  );
  if (hasErrors(diagnostics)) throw new ProtoError(diagnostics.filter((one) => one.severity === "error"));
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
  const names = inputs.files.map((file) => file.importName);
  return new LoadedProto(registry, names);
}
