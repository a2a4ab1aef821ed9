import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { createRegistry, type DescService, type JsonValue, type Message, toJson } from "@bufbuild/protobuf";
import { RpcError } from "../base/rpc-error.js";
import type { Interceptor, InterceptorRequest } from "../call/interceptor.js";
import { type LoadedProto, loadProtoSync, ProtoError } from "../generate/load-proto.js";
import { mockService } from "../mock/mock-service.js";
import { type MockReplies, parseReplies, RepliesError } from "../mock/replies.js";
import { isDirectory } from "../proto/file-reader.js";
import { InputError } from "../proto/input-error.js";
import { file_google_rpc_error_details } from "../rpc/index.js";
import { Server } from "../server/server.js";
import { health } from "../services/health.js";
import { reflection } from "../services/reflection.js";
import { CliError, ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";
import { serverTls } from "./tls-flags.js";
import { DirectoryWatcher } from "./watcher.js";

/** The command line of `peregrine mock`, as commander names it. */
export interface MockFlags {
  readonly paths: readonly string[];
  readonly listen: string;
  readonly include?: readonly string[];
  readonly replies?: string;
  readonly seed: string;
  readonly messages: number;
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
  readonly watch: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
}

interface Schema {
  readonly loaded: LoadedProto;
  readonly services: readonly DescService[];
  readonly replies: MockReplies;
}

/** Serves until it is interrupted. */
export async function runMock(flags: MockFlags, io: CliIo): Promise<ExitCode> {
  const tls = serverTls(flags);
  const schema = readSchema(flags);
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
  const watcher = new DirectoryWatcher(() => {
    isChanged = true;
    wake();
  });
  if (flags.watch) watcher.watch(watchedDirs(flags));
  // A server that listens keeps the process alive.
  while (!isOver) {
    if (!isChanged) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      continue;
    }
    isChanged = false;
    const next = readAgain(flags, io);
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

function readSchema(flags: MockFlags): Schema {
  try {
    const loaded = loadProtoSync(flags.paths, { includeDirs: flags.include });
    const services = loaded.services as unknown as readonly DescService[];
    if (services.length === 0) throw new CliError(`there is no service in ${flags.paths.join(", ")}`);
    // Details of errors are most often of google.rpc, which few files import.
    const registry = createRegistry(loaded.registry, file_google_rpc_error_details);
    const replies =
      flags.replies === undefined ? new Map() : parseReplies(readReplies(flags.replies), services, registry);
    return { loaded, services, replies };
  } catch (error) {
    if (error instanceof RepliesError) throw new CliError(`--replies ${flags.replies}: ${error.message}`);
    if (error instanceof ProtoError || error instanceof InputError) throw new CliError(error.message);
    throw error;
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
function readAgain(flags: MockFlags, io: CliIo): Schema | undefined {
  try {
    return readSchema(flags);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    io.stderr(`${error.message}\nserving the files as they were before\n`);
    return undefined;
  }
}

function watchedDirs({ paths, include, replies }: MockFlags): Set<string> {
  const files = replies === undefined ? [] : [dirname(replies)];
  return new Set([...paths.map((path) => (isDirectory(path) ? path : dirname(path))), ...(include ?? []), ...files]);
}

function makeServer({ loaded, services, replies }: Schema, flags: MockFlags, io: CliIo): Server {
  const server = new Server({ interceptors: flags.quiet ? [] : [logCalls(flags.json, io)] });
  const options = {
    registry: loaded.registry,
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
