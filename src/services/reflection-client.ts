import type { AnyDesc, DescExtension, DescFile, DescService, FileRegistry } from "@bufbuild/protobuf";
import {
  checkOptions,
  isAnything,
  isNumber,
  isObjectWith,
  isOptions,
  isText,
  type OptionChecks,
} from "../base/check-option.js";
import type { MetadataInit } from "../base/metadata.js";
import { type Overrides, withOverrides } from "../base/overrides.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { Channel } from "../client/channel.js";
import { SystemClock } from "../net/system-clock.js";
import { DescriptorPool } from "./descriptor-pool.js";
import { type ReflectionClientLimits, reflectionClientLimits, reflectionEndWaitMs } from "./limits.js";
import { descOf, extensionsOf } from "./reflection-names.js";
import {
  ReflectionError,
  type ReflectionQuestion,
  ReflectionStream,
  type ReflectionVersion,
} from "./reflection-stream.js";

const systemClock = new SystemClock();

/** Options of a reflection client. */
export interface ReflectionClientOptions {
  /** Time that each function has, all its questions together, in ms. Default 10 000. */
  readonly timeoutMs?: number | undefined;
  /** Sent with each call, for servers that ask who is there. Default none. */
  readonly metadata?: MetadataInit | undefined;
  /** Cancels what runs when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** The host that is asked about, for servers that stand for several. Default "". */
  readonly host?: string | undefined;
  /** Bounds on what the server can make this client hold. */
  readonly limits?: Overrides<ReflectionClientLimits> | undefined;
}

const limitChecks: OptionChecks<ReflectionClientLimits> = {
  filesMax: isNumber(0),
  descriptorBytesMax: isNumber(0),
  descriptorPartsMax: isNumber(0),
  namesMax: isNumber(0),
};

const checks: OptionChecks<ReflectionClientOptions> = {
  timeoutMs: isNumber(0),
  metadata: isAnything,
  signal: isObjectWith("addEventListener"),
  host: isText,
  limits: isOptions(limitChecks),
};

/**
 * Asks a server by reflection what it can be called with: `grpc.reflection.v1`, and where the server does not know that,
 * `v1alpha`. Keeps the descriptors it was told; make a new one to hear of changes.
 *
 * ```ts
 * const reflection = new ReflectionClient(channel);
 * const names = await reflection.listServices();
 * const greeter = await reflection.findService("hello.Greeter");
 * const client = channel.client(greeter);
 * ```
 */
export class ReflectionClient {
  readonly #channel: Channel;
  readonly #options: ReflectionClientOptions;
  readonly #limits: ReflectionClientLimits;
  readonly #pool: DescriptorPool;
  /** Undefined until the server has answered one. */
  #version: ReflectionVersion | undefined;
  /** False once a stream was waited for in vain: the next ones are not. */
  #endsStreams = true;

  constructor(channel: Channel, options: ReflectionClientOptions = {}) {
    checkOptions("options of a reflection client", options, checks);
    this.#channel = channel;
    this.#options = options;
    this.#limits = withOverrides(reflectionClientLimits, options.limits);
    this.#pool = new DescriptorPool(this.#limits);
  }

  /** The version that the server answers; undefined before it was asked anything. */
  get version(): "v1" | "v1alpha" | undefined {
    return this.#version;
  }

  /**
   * All that was found so far, with what it imports: for `Any` and extensions in JSON. A new object, with new descriptors, each time
   * that files were added.
   */
  get registry(): FileRegistry {
    return this.#pool.registry();
  }

  /**
   * The full names of the server's services, sorted.
   *
   * @throws {RpcError} UNIMPLEMENTED when the server has no reflection; or what the call failed with
   */
  listServices(): Promise<string[]> {
    return this.#onStream(async (ask) => {
      const answer = await ask({ case: "listServices", value: "" });
      if (answer.case !== "listServicesResponse") throw unexpected("list_services", answer.case);
      const names = answer.value.service.map(({ name }) => name);
      this.#checkCount("services", names.length);
      return [...new Set(names)].sort();
    });
  }

  /**
   * What a full name stands for, of a service, method (`pkg.Service.Method` or `pkg.Service/Method`), message, field, oneof, enum, enum
   * value or extension.
   *
   * @throws {RpcError} NOT_FOUND when the server does not know it; INTERNAL or RESOURCE_EXHAUSTED when its descriptors are
   *   wrong or too many; or what the call failed with
   */
  async find(symbol: string): Promise<AnyDesc> {
    const name = symbol.replace(/^\./, "").replace("/", ".");
    const known = descOf(this.registry, name);
    if (known !== undefined) return known;
    await this.#load((ask) => this.#askForSymbol(ask, name));
    const desc = descOf(this.registry, name);
    if (desc !== undefined) return desc;
    throw new RpcError(
      Status.NOT_FOUND,
      `the server has no ${name}: the file that it gives for it does not declare it`,
    );
  }

  /**
   * A service, as `channel.client()` takes it.
   *
   * @throws {RpcError} as `find`; NOT_FOUND also when the name is of something else
   */
  async findService(name: string): Promise<DescService> {
    const desc = await this.find(name);
    if (desc.kind === "service") return desc;
    throw new RpcError(Status.NOT_FOUND, `${name} is a ${desc.kind}, not a service`);
  }

  /**
   * A file by its import path.
   *
   * @throws {RpcError} as `find`
   */
  async findFile(path: string): Promise<DescFile> {
    if (!this.#pool.has(path)) await this.#load((ask) => this.#askForFile(ask, path));
    const file = this.registry.getFile(path);
    if (file !== undefined) return file;
    throw new RpcError(Status.NOT_FOUND, `the server has no file ${path}`);
  }

  /**
   * The extensions of a message type that the server knows, by number: those that it tells of when it is asked for them, where it
   * can tell, and those in files that it told of.
   *
   * @throws {RpcError} as `find`
   */
  async findExtensions(typeName: string): Promise<DescExtension[]> {
    const message = await this.find(typeName);
    if (message.kind !== "message")
      throw new RpcError(Status.NOT_FOUND, `${typeName} is a ${message.kind}, not a message`);
    await this.#load(async (ask) => {
      const { containingType, numbers } = await this.#askForNumbers(ask, message.typeName);
      for (const extensionNumber of numbers) {
        if (this.registry.getExtensionFor(message, extensionNumber) !== undefined) continue;
        await this.#askForExtension(ask, { containingType, extensionNumber });
        await this.#loadMissing(ask);
      }
    });
    return extensionsOf(this.registry, message.typeName);
  }

  // ---- questions --------------------------------------------------------------------------------------------------

  async #load(question: (ask: Ask) => Promise<void>): Promise<void> {
    await this.#onStream(async (ask) => {
      try {
        await question(ask);
        await this.#loadMissing(ask);
        // Here, so that files that do not fit together are told by whoever asked for them.
        this.#pool.registry();
      } catch (error) {
        // What is known already goes on being of use.
        this.#pool.forget(ask);
        throw error;
      }
    });
  }

  /** Some servers know services and types only; the file of a member is that of its parent. */
  async #askForSymbol(ask: Ask, name: string): Promise<void> {
    const parent = name.slice(0, Math.max(name.lastIndexOf("."), 0));
    try {
      await this.#askForFiles(ask, { case: "fileContainingSymbol", value: name });
    } catch (error) {
      if (!(error instanceof ReflectionError) || error.code !== Status.NOT_FOUND || parent === "") throw error;
      await this.#askForFiles(ask, { case: "fileContainingSymbol", value: parent }).catch((later: unknown) => {
        throw later instanceof ReflectionError ? error : later;
      });
    }
  }

  async #askForFile(ask: Ask, path: string): Promise<void> {
    const names = await this.#askForFiles(ask, { case: "fileByFilename", value: path });
    if (names.includes(path)) return;
    throw new RpcError(
      Status.INTERNAL,
      `the server was asked for the file ${path} and gave ${names.join(", ") || "none"}`,
    );
  }

  async #askForFiles(ask: Ask, question: ReflectionQuestion): Promise<string[]> {
    const answer = await ask(question);
    if (answer.case !== "fileDescriptorResponse") throw unexpected(question.case ?? "", answer.case);
    return this.#pool.add(answer.value.fileDescriptorProto, ask);
  }

  /** A number that is listed, and whose file is not there, is passed over: the others are as good as before. */
  async #askForExtension(ask: Ask, value: { containingType: string; extensionNumber: number }): Promise<void> {
    try {
      await this.#askForFiles(ask, { case: "fileContainingExtension", value });
    } catch (error) {
      if (!(error instanceof ReflectionError) || !noAnswer.has(error.code)) throw error;
    }
  }

  /** grpc-js' reflection knows what is extended by its name with a dot before it. */
  async #askForNumbers(ask: Ask, typeName: string): Promise<{ containingType: string; numbers: readonly number[] }> {
    for (const containingType of [typeName, `.${typeName}`]) {
      try {
        const answer = await ask({ case: "allExtensionNumbersOfType", value: containingType });
        if (answer.case !== "allExtensionNumbersResponse")
          throw unexpected("all_extension_numbers_of_type", answer.case);
        this.#checkCount("extension numbers", answer.value.extensionNumber.length);
        return { containingType, numbers: answer.value.extensionNumber };
      } catch (error) {
        if (!(error instanceof ReflectionError) || !noAnswer.has(error.code)) throw error;
      }
    }
    return { containingType: typeName, numbers: [] };
  }

  /** Servers may leave it to us to ask for what a file imports. Each round brings files, of which there is a limit. */
  async #loadMissing(ask: Ask): Promise<void> {
    for (let missing = this.#pool.missing(); missing.length > 0; missing = this.#pool.missing()) {
      for (const path of missing) {
        if (this.#pool.has(path)) continue;
        try {
          await this.#askForFile(ask, path);
        } catch (error) {
          if (!(error instanceof ReflectionError)) throw error;
          const importer = this.#pool.importerOf(path);
          throw new RpcError(
            error.code,
            `the server does not give ${path}, which ${importer} imports: ${error.message}`,
          );
        }
      }
    }
  }

  #checkCount(what: string, count: number): void {
    const { namesMax } = this.#limits;
    if (count <= namesMax) return;
    const text = `the server's reflection lists ${count} ${what}, more than namesMax = ${namesMax}`;
    throw new RpcError(Status.RESOURCE_EXHAUSTED, text);
  }

  // ---- the stream -------------------------------------------------------------------------------------------------

  /** Runs questions on a stream of their own; what one function asks has one deadline. */
  async #onStream<T>(run: (ask: Ask) => Promise<T>): Promise<T> {
    const { timeoutMs = 10_000, metadata, signal, host = "" } = this.#options;
    const { descriptorBytesMax } = this.#limits;
    const options = { timeoutMs, metadata, signal, receiveMessageBytesMax: descriptorBytesMax };
    const open = (version: ReflectionVersion): ReflectionStream =>
      new ReflectionStream(this.#channel, version, host, options);
    let stream = open(this.#version ?? "v1");
    const ask: Ask = async (question) => {
      try {
        const answer = await stream.ask(question);
        this.#version = stream.version;
        return answer;
      } catch (error) {
        if (error instanceof ReflectionError) this.#version = stream.version;
        if (this.#version !== undefined || !isUnimplemented(error)) throw error;
        if (stream.version === "v1alpha") throw this.#noReflection(error);
        stream = open("v1alpha");
        return ask(question);
      }
    };
    try {
      return await run(ask);
    } finally {
      this.#endsStreams = await stream.end(this.#endsStreams ? reflectionEndWaitMs : 0, systemClock);
    }
  }

  #noReflection(cause: unknown): RpcError {
    const text = `the server at ${this.#channel.target} has no reflection, neither grpc.reflection.v1 nor v1alpha`;
    return new RpcError(Status.UNIMPLEMENTED, text, { cause });
  }
}

type Ask = ReflectionStream["ask"];

/** What servers say who cannot tell of extensions, or do not know that there are any. */
const noAnswer: ReadonlySet<number> = new Set([Status.UNIMPLEMENTED, Status.NOT_FOUND]);

function isUnimplemented(error: unknown): boolean {
  return error instanceof RpcError && error.code === Status.UNIMPLEMENTED;
}

function unexpected(question: string, answer: string | undefined): RpcError {
  return new RpcError(
    Status.INTERNAL,
    `the server answers the reflection request ${question} with ${answer ?? "nothing"}`,
  );
}
