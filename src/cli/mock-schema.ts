import { readFileSync } from "node:fs";
import { createRegistry, type DescService, type FileRegistry } from "@bufbuild/protobuf";
import type { CompiledFiles } from "../generate/compile-files.js";
import { type MockReplies, parseReplies, RepliesError } from "../mock/replies.js";
import { file_google_rpc_error_details } from "../rpc/index.js";
import { CliError, ExitCode } from "./exit-code.js";
import { openFiles } from "./schema-source.js";

/** Where a mock has its services and answers from. */
export interface MockFiles {
  readonly paths: readonly string[];
  readonly include?: readonly string[];
  readonly descriptorSet?: readonly string[];
  readonly replies?: string;
}

/** What a mock serves. */
export interface MockSchema {
  readonly registry: FileRegistry;
  readonly services: readonly DescService[];
  readonly replies: MockReplies;
}

/** Those that the mock has of its own: health and reflection. */
const isOwn = (name: string): boolean => /^grpc\.(health|reflection)\./.test(name);

/**
 * Reads all files.
 *
 * @param onCompiled is given what was compiled, also where there are errors in it
 * @throws {CliError} when something is wrong with the files, or with which are named
 */
export async function readSchema(flags: MockFiles, onCompiled: (compiled: CompiledFiles) => void): Promise<MockSchema> {
  const { paths, descriptorSet } = flags;
  if ((paths.length === 0) === (descriptorSet === undefined)) {
    throw new CliError("name .proto files, or descriptors by --descriptor-set: one of them", ExitCode.usage);
  }
  const source = openFiles(descriptorSet === undefined ? { ...flags, proto: paths } : flags, onCompiled);
  const { registry } = source;
  const names = (await source.listServices()).filter((name) => !isOwn(name));
  const services = names.map((name) => registry.getService(name)).filter((service) => service !== undefined);
  if (services.length === 0)
    throw new CliError(`there is no service in ${[...paths, ...(descriptorSet ?? [])].join(", ")}`);
  return { registry, services, replies: repliesOf(flags, services, registry) };
}

function repliesOf({ replies }: MockFiles, services: readonly DescService[], registry: FileRegistry): MockReplies {
  if (replies === undefined) return new Map();
  try {
    // Details of errors are most often of google.rpc, which few files import.
    return parseReplies(readReplies(replies), services, createRegistry(registry, file_google_rpc_error_details));
  } catch (error) {
    if (!(error instanceof RepliesError)) throw error;
    throw new CliError(`--replies ${replies}: ${error.message}`, ExitCode.failure, { cause: error });
  }
}

function readReplies(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new RepliesError(`cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
