import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import {
  createRegistry,
  type DescService,
  type FileRegistry,
  type JsonValue,
  type Message,
  toJson,
} from "@bufbuild/protobuf";
import { RpcError } from "../base/rpc-error.js";
import type { Interceptor, InterceptorRequest } from "../call/interceptor.js";
import { mockService } from "../mock/mock-service.js";
import { type MockReplies, parseReplies, RepliesError } from "../mock/replies.js";
import { isDirectory } from "../proto/file-reader.js";
import { file_google_rpc_error_details } from "../rpc/index.js";
import { Server } from "../server/server.js";
import { health } from "../services/health.js";
import { reflection } from "../services/reflection.js";
import { CliError, ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";
import { openFiles } from "./schema-source.js";
import { type ServerTlsFlags, serverTls } from "./server-tls.js";
import { DirectoryWatcher } from "./watcher.js";

/** The command line of `peregrine mock`, as commander names it. */
export interface MockFlags extends ServerTlsFlags {
  readonly paths: readonly string[];
  readonly listen: string;
  readonly include?: readonly string[];
  readonly descriptorSet?: readonly string[];
  readonly replies?: string;
  readonly seed: string;
  readonly messages: number;
  readonly watch: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
}

interface Schema {
  readonly registry: FileRegistry;
  readonly services: readonly DescService[];
  readonly replies: MockReplies;
}

/** Serves until it is interrupted. */
export async function runMock(flags: MockFlags, io: CliIo): Promise<ExitCode> {
  const tls = serverTls(flags);
  const schema = await readSchema(flags);
  let server = makeServer(schema, flags, io);
  const target = await listen(server, flags.listen, tls);
  tellStart(target, schema, flags, io);
  let wake: () => void = () => undefined;
  let isOver = false;
  let isChanged = false;
  const forget = io.onInterrupt(() => {
    isOver = true;
    wake();
  });
  const onChange = (): void => {
    isChanged = true;
    wake();
  };
  const others = [...(flags.replies === undefined ? [] : [flags.replies]), ...(flags.descriptorSet ?? [])];
  const files = new Set(others.map((file) => resolve(file)));
  const watcher = new DirectoryWatcher(onChange, files);
  if (flags.watch) watcher.watch(watchedDirs(flags, files));
  // A server that listens keeps the process alive.
  while (!isOver) {
    if (!isChanged) {
      await new Promise<void>((done) => {
        wake = done;
      });
      continue;
    }
    isChanged = false;
    const next = await readAgain(flags, io);
    if (next === undefined) continue;
    await server.close({ graceMs: 0 });
    server = makeServer(next, flags, io);
    await listen(server, target, tls);
    if (!flags.json) io.stderr("the files have changed: serving them as they are now\n");
    else io.stdout(`${JSON.stringify({ event: "reloaded" })}\n`);
  }
  watcher.close();
  forget();
  await server.close({ graceMs: 0 });
  return ExitCode.ok;
}

async function readSchema(flags: MockFlags): Promise<Schema> {
  const { paths, descriptorSet } = flags;
  if ((paths.length === 0) === (descriptorSet === undefined)) {
    throw new CliError("name .proto files, or descriptors by --descriptor-set: one of them", ExitCode.usage);
  }
  const source = openFiles(descriptorSet === undefined ? { ...flags, proto: paths } : flags);
  const { registry } = source;
  const names = await source.listServices();
  const services = names.map((name) => registry.getService(name)).filter((service) => service !== undefined);
  if (services.length === 0)
    throw new CliError(`there is no service in ${[...paths, ...(descriptorSet ?? [])].join(", ")}`);
  return { registry, services, replies: repliesOf(flags, services, registry) };
}

function repliesOf({ replies }: MockFlags, services: readonly DescService[], registry: FileRegistry): MockReplies {
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

/** While a file is being changed it may well be wrong: what is served stays. */
async function readAgain(flags: MockFlags, io: CliIo): Promise<Schema | undefined> {
  try {
    return await readSchema(flags);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    io.stderr(`${error.message}\nserving the files as they were before\n`);
    return undefined;
  }
}

function watchedDirs({ paths, include }: MockFlags, files: ReadonlySet<string>): Set<string> {
  const own = paths.map((path) => (isDirectory(path) ? path : dirname(path)));
  return new Set([...own, ...(include ?? []), ...[...files].map((file) => dirname(file))]);
}

function makeServer({ registry, services, replies }: Schema, flags: MockFlags, io: CliIo): Server {
  const server = new Server({ interceptors: flags.quiet ? [] : [logCalls(flags.json, io)] });
  const options = {
    registry,
    replies,
    seed: flags.seed,
    streamMessages: flags.messages,
    wait: waitFor,
  };
  for (const service of services) server.add(service, mockService(service, options) as never);
  return server.add(health(), reflection());
}

function waitFor(delayMs: number, signal: AbortSignal): Promise<void> {
  if (delayMs === 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    signal.addEventListener("abort", end);
  });
}

async function listen(server: Server, target: string, tls: ReturnType<typeof serverTls>): Promise<string> {
  try {
    return await server.listen(target, tls === undefined ? {} : { tls });
  } catch (error) {
    throw new CliError(`--listen ${target}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function tellStart(target: string, { services }: Schema, { json }: MockFlags, io: CliIo): void {
  const names = services.map(({ typeName }) => typeName);
  if (json) io.stdout(`${JSON.stringify({ event: "listening", target, services: names })}\n`);
  else io.stderr(`Listening on ${target}: ${names.join(", ")}; with reflection and health\n`);
}

/** A line for each call when it has ended. */
function logCalls(json: boolean, io: CliIo): Interceptor {
  const log = (request: InterceptorRequest, startMs: number, error: unknown): void => {
    const tookMs = Math.round((performance.now() - startMs) * 10) / 10;
    const status = error === undefined ? "OK" : error instanceof RpcError ? error.codeName : "UNKNOWN";
    const method = request.path.slice(1);
    const shown = requestJson(request);
    if (json) io.stdout(`${JSON.stringify({ event: "call", method, status, tookMs, request: shown })}\n`);
    else io.stderr(`${method} ${status} ${tookMs} ms${shown === undefined ? "" : ` ${shortened(shown)}`}\n`);
  };
  return (next) => async (request) => {
    const startMs = performance.now();
    try {
      const response = await next(request);
      if (!response.stream) {
        log(request, startMs, undefined);
        return response;
      }
      const onEnd = (error: unknown): void => log(request, startMs, error);
      return { ...response, message: watchEnd(response.message, onEnd) };
    } catch (error) {
      log(request, startMs, error);
      throw error;
    }
  };
}

async function* watchEnd(messages: AsyncIterable<Message>, onEnd: (error: unknown) => void): AsyncGenerator<Message> {
  try {
    yield* messages;
  } catch (error) {
    onEnd(error);
    throw error;
  }
  onEnd(undefined);
}

/** Of streams the requests are gone. */
function requestJson({ stream, message, method }: InterceptorRequest): JsonValue | undefined {
  if (stream) return undefined;
  try {
    return toJson(method.input, message);
  } catch {
    // An Any of a type that is not loaded has no JSON.
    return undefined;
  }
}

function shortened(request: JsonValue): string {
  const text = JSON.stringify(request);
  return text.length <= 200 ? text : `${text.slice(0, 197)}...`;
}
