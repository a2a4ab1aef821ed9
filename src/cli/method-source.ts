import { readFileSync } from "node:fs";
import {
  createFileRegistry,
  type DescFile,
  type DescMethod,
  type DescService,
  type FileRegistry,
  fromBinary,
  toBinary,
} from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { RpcError } from "../base/rpc-error.js";
import type { Channel } from "../client/channel.js";
import { LoadedProto, loadProtoSync, ProtoError } from "../generate/load-proto.js";
import { InputError } from "../proto/input-error.js";
import { descriptorSetOf } from "../proto/registry.js";
import { similarName } from "../server/similar-name.js";
import { ReflectionClient } from "../services/reflection-client.js";
import { CliError, ExitCode } from "./exit-code.js";

/** Where a command knows methods from. */
export interface SchemaFlags {
  readonly proto?: readonly string[];
  readonly include?: readonly string[];
  readonly descriptors?: string;
}

/** A method and the files that it needs, as they travel. */
export interface FoundMethod {
  readonly method: DescMethod;
  /** A `google.protobuf.FileDescriptorSet`. */
  readonly descriptors: Uint8Array;
}

/**
 * Finds a method in `.proto` files or a descriptor set, or asks the server by reflection.
 *
 * @param name `pkg.Service/Method` or `pkg.Service.Method`
 * @param connect makes a channel where the server has to be asked; it is closed again
 * @throws {CliError} when there is none, saying what there is
 */
export async function findMethod(name: string, flags: SchemaFlags, connect: () => Channel): Promise<FoundMethod> {
  const at = Math.max(name.lastIndexOf("/"), name.lastIndexOf("."));
  if (at <= 0 || at === name.length - 1) {
    throw new CliError(`${name} names no method: write pkg.Service/Method`, ExitCode.usage);
  }
  const serviceName = name.slice(0, at).replace(/^[./]/, "");
  const loaded = loadSchema(flags);
  const service = loaded === undefined ? await askServer(serviceName, connect) : serviceOf(loaded, serviceName);
  const method = methodOf(service, name.slice(at + 1));
  const files = new Set<FileDescriptorProto>();
  gather(method.parent.file, files);
  return { method, descriptors: toBinary(FileDescriptorSetSchema, descriptorSetOf([...files])) };
}

/**
 * The files that `--proto` or `--descriptors` name.
 *
 * @returns undefined where neither is given
 * @throws {CliError} when they cannot be used
 */
export function loadSchema({ proto, include, descriptors }: SchemaFlags): LoadedProto | undefined {
  if (proto !== undefined && descriptors !== undefined) {
    throw new CliError("--proto and --descriptors both say where methods are: give one", ExitCode.usage);
  }
  if (descriptors !== undefined) return fromSet(descriptors);
  if (proto === undefined) return undefined;
  try {
    return loadProtoSync(proto, { includeDirs: include });
  } catch (error) {
    if (error instanceof ProtoError || error instanceof InputError) throw new CliError(error.message);
    throw error;
  }
}

function fromSet(path: string): LoadedProto {
  try {
    const registry: FileRegistry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(path)));
    return new LoadedProto(
      registry,
      [...registry.files].map((file) => file.proto.name),
    );
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new CliError(`--descriptors ${path}: cannot be used: ${text}; peregrine build writes such files`);
  }
}

function serviceOf(loaded: LoadedProto, name: string): DescService {
  try {
    return loaded.service(name) as unknown as DescService;
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}

async function askServer(name: string, connect: () => Channel): Promise<DescService> {
  const channel = connect();
  try {
    return await new ReflectionClient(channel).findService(name);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    const hint = error.codeName === "UNIMPLEMENTED" ? "; give --proto or --descriptors" : "";
    throw new CliError(`the server cannot be asked for ${name}: ${error.codeName}: ${error.message}${hint}`);
  } finally {
    await channel.close({ graceMs: 0 });
  }
}

function methodOf(service: DescService, name: string): DescMethod {
  const method = service.methods.find((one) => one.name === name || one.localName === name);
  if (method !== undefined) return method;
  const names = service.methods.map((one) => one.name);
  const near = similarName(name, names);
  const text = near === undefined ? `there are ${names.join(", ") || "none"}` : `did you mean ${near}?`;
  throw new CliError(`the service ${service.typeName} has no method ${name}: ${text}`);
}

function gather(file: DescFile, into: Set<FileDescriptorProto>): void {
  if (into.has(file.proto)) return;
  for (const dependency of file.dependencies) gather(dependency, into);
  into.add(file.proto);
}
