import type { DescFile, MessageInitShape } from "@bufbuild/protobuf";
import { checkOptions, type OptionChecks, show } from "../base/check-option.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { wellKnownFiles } from "../proto/well-known.js";
import { file_google_rpc_code, file_google_rpc_error_details, file_google_rpc_status } from "../rpc/index.js";
import type { ServerHost, ServerPart } from "../server/server-part.js";
import { DescriptorIndex } from "./descriptor-index.js";
import {
  ServerReflection,
  type ServerReflectionRequest,
  type ServerReflectionResponseSchema,
} from "./grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ServerReflectionV1alpha } from "./grpc/reflection/v1alpha/reflection_pb.js";

/** Options of `reflection()`. */
export interface ReflectionOptions {
  /**
   * Files to tell of beside those of the services and what they import: such as those that declare extensions, or messages
   * that travel in `google.protobuf.Any`. Those of `google/protobuf` and `google/rpc` are told of anyway.
   */
  readonly files?: Iterable<DescFile> | undefined;
}

/**
 * Server reflection, `grpc.reflection.v1` and `v1alpha`: `server.add(reflection())`. Tells of all services of the server,
 * also those that are added later, or were loaded when the program ran, and no longer those that were removed.
 */
export function reflection(options: ReflectionOptions = {}): ServerPart {
  checkOptions("options of reflection()", options, checks);
  const files = [...(options.files ?? [])];
  return { addTo: (host) => new HostReflection(host, files).start() };
}

const checks: OptionChecks<ReflectionOptions> = {
  files: (name, value) => {
    if (typeof Object(value)[Symbol.iterator] === "function" && typeof value !== "string") return;
    throw new TypeError(`${name} must be an array of file descriptors: got ${show(value)}`);
  },
};

type Answer = NonNullable<MessageInitShape<typeof ServerReflectionResponseSchema>["messageResponse"]>;

/** What one server tells of itself. */
class HostReflection {
  readonly #host: ServerHost;
  readonly #files: readonly DescFile[];
  /** Made when it is asked for, of the services that there are then. */
  #index: DescriptorIndex | undefined;
  #draining = false;
  /** Of the streams that wait for a request. */
  readonly #onDrain: Set<() => void> = new Set();

  constructor(host: ServerHost, files: readonly DescFile[]) {
    this.#host = host;
    this.#files = files;
  }

  start(): void {
    this.#host.onServicesChanged(() => {
      this.#index = undefined;
    });
    this.#host.onDrain(() => {
      this.#draining = true;
      for (const wake of this.#onDrain) wake();
    });
    const impl = {
      serverReflectionInfo: (requests: AsyncIterable<ServerReflectionRequest>) => this.#answerAll(requests),
    };
    this.#host.add(ServerReflection, impl);
    // The messages of the two are the same but for their names, which are not looked at here.
    this.#host.add(ServerReflectionV1alpha as unknown as typeof ServerReflection, impl);
  }

  async *#answerAll(requests: AsyncIterable<ServerReflectionRequest>) {
    const sent = new Set<string>();
    let index: DescriptorIndex | undefined;
    const source = requests[Symbol.asyncIterator]();
    for (;;) {
      const request = await this.#next(source);
      if (request === undefined) return;
      // Files of these names may be others now.
      if (index !== this.#current()) sent.clear();
      index = this.#current();
      const { host, messageRequest } = request;
      yield {
        validHost: host,
        originalRequest: { host, messageRequest },
        messageResponse: this.#answer(request, sent),
      } as MessageInitShape<typeof ServerReflectionResponseSchema>;
    }
  }

  /**
   * Undefined at the end. Tools keep their stream open until they end, which would hold up the server's close.
   *
   * @throws {RpcError} UNAVAILABLE when the server closes
   */
  async #next(source: AsyncIterator<ServerReflectionRequest>): Promise<ServerReflectionRequest | undefined> {
    let wake: () => void = () => undefined;
    const drained = new Promise<undefined>((resolve) => {
      wake = () => resolve(undefined);
    });
    if (this.#draining) wake();
    this.#onDrain.add(wake);
    const next = source.next();
    const result = await Promise.race([next, drained]).finally(() => this.#onDrain.delete(wake));
    if (result !== undefined) return result.done === true ? undefined : result.value;
    // The call ends, and with it the wait for its next request.
    next.catch(() => undefined);
    throw new RpcError(Status.UNAVAILABLE, "the server is shutting down");
  }

  #answer({ messageRequest: asked }: ServerReflectionRequest, sent: Set<string>): Answer {
    const index = this.#current();
    switch (asked.case) {
      case "listServices":
        return { case: "listServicesResponse", value: { service: this.#listServices() } };
      case "fileByFilename":
        return fileAnswer(index, index.file(asked.value), sent, () => `file ${asked.value}`);
      case "fileContainingSymbol":
        return fileAnswer(index, index.fileOfSymbol(asked.value), sent, () => `symbol ${asked.value}`);
      case "fileContainingExtension": {
        const { containingType, extensionNumber } = asked.value;
        const file = index.fileOfExtension(containingType, extensionNumber);
        return fileAnswer(index, file, sent, () => `extension ${extensionNumber} of ${containingType}`);
      }
      case "allExtensionNumbersOfType":
        return numbersAnswer(asked.value, index.extensionNumbers(asked.value));
      default:
        return errorAnswer(Status.INVALID_ARGUMENT, "the request asks nothing that is known here");
    }
  }

  #listServices(): { name: string }[] {
    const names = this.#host.services.map(({ typeName }) => typeName);
    return names.sort().map((name) => ({ name }));
  }

  #current(): DescriptorIndex {
    if (this.#index === undefined) {
      this.#index = new DescriptorIndex();
      this.#index.add(this.#host.services.map(({ file }) => file));
      this.#index.add(this.#files);
      this.#index.add(wellKnownFiles.values());
      this.#index.add([file_google_rpc_code, file_google_rpc_error_details, file_google_rpc_status]);
    }
    return this.#index;
  }
}

/** The file that was asked for, always, and those of its imports that the stream has not had. */
function fileAnswer(index: DescriptorIndex, file: DescFile | undefined, sent: Set<string>, what: () => string): Answer {
  if (file === undefined) return errorAnswer(Status.NOT_FOUND, `not found: ${shorten(what())}`);
  sent.add(file.proto.name);
  const files = [file];
  for (const { dependencies } of files) {
    for (const { proto } of dependencies) {
      if (sent.has(proto.name)) continue;
      sent.add(proto.name);
      // The one that the index has: of two files with one name, all answers must tell of the same.
      const dependency = index.file(proto.name);
      if (dependency !== undefined) files.push(dependency);
    }
  }
  return { case: "fileDescriptorResponse", value: { fileDescriptorProto: files.map((one) => index.bytesOf(one)) } };
}

function numbersAnswer(baseTypeName: string, numbers: readonly number[] | undefined): Answer {
  if (numbers === undefined) return errorAnswer(Status.NOT_FOUND, `not found: message ${shorten(baseTypeName)}`);
  return { case: "allExtensionNumbersResponse", value: { baseTypeName, extensionNumber: [...numbers] } };
}

function errorAnswer(errorCode: Status, errorMessage: string): Answer {
  return { case: "errorResponse", value: { errorCode, errorMessage } };
}

/** Names of peers are quoted up to so many characters. */
const quotedMax = 200;

function shorten(text: string): string {
  return text.length <= quotedMax ? text : `${text.slice(0, quotedMax)}...`;
}
