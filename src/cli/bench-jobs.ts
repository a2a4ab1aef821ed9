import { type DescFile, type DescMethod, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { LoadJob } from "../load/load-job.js";
import { descriptorSetOf } from "../proto/registry.js";
import { type BenchFlags, connectionsOf, rateOf } from "./bench-flags.js";
import { headersOf, tlsOptionsOf } from "./target-options.js";

const durationDefaultMs = 10_000;

/**
 * The parts of a run, one for each worker: plain data, since they travel to threads.
 *
 * @throws {CliError} for files that cannot be read, and for options that do not go together
 */
export function makeJobs(flags: BenchFlags, method: DescMethod, data: string | undefined): LoadJob[] {
  const { workers, concurrency, count, warmup = 0 } = flags;
  const durationMs = flags.duration ?? (count === undefined ? durationDefaultMs : undefined);
  const all = {
    target: flags.host,
    metadata: headersOf(flags),
    tls: tlsOptionsOf(flags),
    authority: flags.authority,
    userAgent: flags.userAgent,
    timeoutMs: flags.timeout,
    compression: flags.compress,
    receiveMessageBytesMax: flags.maxMessageBytes,
    checkResponses: flags.checkResponses,
    descriptors: descriptorsOf(method),
    service: method.parent.typeName,
    method: method.name,
    data,
    withTemplates: flags.templates,
    messagesPerStream: flags.messages,
    connectTimeoutMs: flags.connectTimeout,
  };
  const { grace: drainMs, timeout: deadlineMs } = flags;
  const plan = { rate: rateOf(flags), durationMs, count, warmupMs: warmup, drainMs, deadlineMs, workers };
  return Array.from({ length: workers }, (_, worker) => ({
    ...all,
    worker,
    connections: share(connectionsOf(flags), worker, workers),
    plan: { ...plan, worker, concurrency: share(concurrency, worker, workers) },
  }));
}

/** Parts as equal as can be, which add up to all of it. */
function share(all: number, worker: number, workers: number): number {
  return Math.floor(all / workers) + (worker < all % workers ? 1 : 0);
}

/** The method's file and all that it imports, imports first. */
function descriptorsOf(method: DescMethod): Uint8Array {
  const files = new Set<FileDescriptorProto>();
  gather(method.parent.file, files);
  return toBinary(FileDescriptorSetSchema, descriptorSetOf([...files]));
}

function gather(file: DescFile, into: Set<FileDescriptorProto>): void {
  if (into.has(file.proto)) return;
  for (const dependency of file.dependencies) gather(dependency, into);
  into.add(file.proto);
}
