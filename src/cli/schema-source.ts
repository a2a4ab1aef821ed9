import { readFileSync } from "node:fs";
import {
  type AnyDesc,
  createFileRegistry,
  type DescExtension,
  type DescMessage,
  type FileRegistry,
  fromBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { Channel } from "../client/channel.js";
import { type CompiledFiles, compileFiles } from "../generate/compile-files.js";
import { registryOf } from "../proto/registry.js";
import { ReflectionClient, type ReflectionClientOptions } from "../services/reflection-client.js";
import { descOf, extensionsOf } from "../services/reflection-names.js";
import { CliError, ExitCode } from "./exit-code.js";
import { compileOrFail } from "./lint-compile.js";
import type { SchemaFlags } from "./target-flags.js";

/** Where services and types are known from. */
export interface SchemaSource {
  /** For messages of the user: `the server`, `the .proto files`. */
  readonly name: string;
  /** All that is known by now. */
  readonly registry: FileRegistry;
  /** Full names, sorted. */
  listServices(): Promise<readonly string[]>;
  /** What a full name stands for; undefined where nobody knows it. */
  find(name: string): Promise<AnyDesc | undefined>;
  /** A file by its import name. */
  findFile(name: string): Promise<AnyDesc | undefined>;
  /** The extensions of a message type that are known; of a server, those it tells of. */
  findExtensions(message: DescMessage): Promise<readonly DescExtension[]>;
}

/** True where the server need not be asked. */
export function hasSchemaFlags({ proto, descriptorSet }: SchemaFlags): boolean {
  return proto !== undefined || descriptorSet !== undefined;
}

/**
 * Reads the files that the options name.
 *
 * @param onCompiled is given what was compiled, also where there are errors in it
 * @throws {CliError} when they cannot be used; it has the errors in them
 */
export function openFiles(flags: SchemaFlags, onCompiled?: (compiled: CompiledFiles) => void): SchemaSource {
  const { proto, include = [], descriptorSet } = flags;
  if (proto !== undefined && descriptorSet !== undefined) {
    throw new CliError("--proto and --descriptor-set both say where services are known from: give one", ExitCode.usage);
  }
  if (proto === undefined) return new FileSource("the descriptor set", registryOfSets(descriptorSet ?? []), undefined);
  const compiled = compileOrFail(() => {
    const files = compileFiles(proto, include);
    onCompiled?.(files);
    return files;
  });
  const names = new Set(compiled.inputs.files.map((file) => file.importName));
  return new FileSource("the .proto files", registryOf(compiled.files), names);
}

function registryOfSets(paths: readonly string[]): FileRegistry {
  return createFileRegistry(...paths.map(registryOfSet));
}

function registryOfSet(path: string): FileRegistry {
  try {
    return createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(path)));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new CliError(
      `--descriptor-set ${path}: cannot be used: ${text}\n` +
        "It must hold all imports: write it by peregrine build, or by protoc --descriptor_set_out --include_imports",
    );
  }
}

class FileSource implements SchemaSource {
  readonly name: string;
  readonly registry: FileRegistry;
  /** Files that were named, and not only imported; undefined for all. */
  readonly #names: ReadonlySet<string> | undefined;

  constructor(name: string, registry: FileRegistry, names: ReadonlySet<string> | undefined) {
    this.name = name;
    this.registry = registry;
    this.#names = names;
  }

  async listServices(): Promise<readonly string[]> {
    const files = [...this.registry.files].filter((file) => this.#names?.has(file.proto.name) ?? true);
    return files.flatMap((file) => file.services.map((service) => service.typeName)).sort();
  }

  async find(name: string): Promise<AnyDesc | undefined> {
    return descOf(this.registry, name);
  }

  async findFile(name: string): Promise<AnyDesc | undefined> {
    return this.registry.getFile(name);
  }

  async findExtensions(message: DescMessage): Promise<readonly DescExtension[]> {
    return extensionsOf(this.registry, message.typeName);
  }
}

/** Asks the server by reflection, when something is needed. */
export class ReflectionSource implements SchemaSource {
  readonly name: string = "the server";
  readonly #client: ReflectionClient;

  constructor(channel: Channel, options: ReflectionClientOptions) {
    this.#client = new ReflectionClient(channel, options);
  }

  get registry(): FileRegistry {
    return this.#client.registry;
  }

  listServices(): Promise<readonly string[]> {
    return this.#client.listServices().catch(explain);
  }

  find(name: string): Promise<AnyDesc | undefined> {
    return this.#client.find(name).catch(undefinedIfUnknown);
  }

  findFile(name: string): Promise<AnyDesc | undefined> {
    return this.#client.findFile(name).catch(undefinedIfUnknown);
  }

  findExtensions(message: DescMessage): Promise<readonly DescExtension[]> {
    return this.#client.findExtensions(message.typeName).catch(explain);
  }
}

function explain(error: unknown): never {
  if (!(error instanceof RpcError) || error.code !== Status.UNIMPLEMENTED) throw error;
  throw new RpcError(error.code, `${error.message}; name its files by --proto or --descriptor-set`, { cause: error });
}

function undefinedIfUnknown(error: unknown): undefined {
  if (error instanceof RpcError && error.code === Status.NOT_FOUND) return undefined;
  return explain(error);
}
