import { readFileSync } from "node:fs";
import { create, type DescMethod, type Message } from "@bufbuild/protobuf";
import { CliError, ExitCode } from "./exit-code.js";
import type { CliIo, StdinReader } from "./io.js";
import type { JsonPiece } from "./json-splitter.js";
import type { MessageFormat } from "./message-format.js";
import { requestForms } from "./request-form.js";
import type { SchemaSource } from "./schema-source.js";
import { TypeSearch } from "./type-search.js";

/** Where requests come from: arguments of the command line, a file, or standard input. */
export type RequestSource =
  | { readonly kind: "text"; readonly name: string; readonly texts: readonly string[] }
  | { readonly kind: "stdin" };

/**
 * Says where requests come from, and reads files.
 *
 * @param data requests; or `@file`, and `-` or `@-` for standard input
 * @throws {CliError}
 */
export function requestSource(data: readonly string[], dataFile: string | undefined, streams: boolean): RequestSource {
  if (dataFile !== undefined && data.length > 0) {
    throw new CliError("arguments and --data-file both give requests: use one", ExitCode.usage);
  }
  const file = dataFile ?? (data.length === 1 && data[0]?.startsWith("@") ? data[0].slice(1) : undefined);
  if (file === "-" || (data.length === 1 && data[0] === "-")) return { kind: "stdin" };
  if (file !== undefined) return { kind: "text", name: file, texts: [readData(file)] };
  // A method that takes a stream is called for what is to be streamed; one that takes a message has one: the empty one.
  if (data.length === 0 && streams) return { kind: "stdin" };
  return { kind: "text", name: "the request", texts: data };
}

function readData(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/^\ufeff/, "");
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new CliError(`${path}: the requests cannot be read: ${text}`, ExitCode.usage);
  }
}

/** Requests of one call. */
export class CallRequests {
  readonly #source: RequestSource;
  readonly #method: DescMethod;
  readonly #schema: SchemaSource;
  readonly #search: TypeSearch;
  readonly #io: CliIo;
  readonly #format: MessageFormat;
  #stdin: StdinReader | undefined;
  #count = 0;
  /** Why no more could be read. */
  error: unknown;

  constructor(source: RequestSource, method: DescMethod, schema: SchemaSource, io: CliIo, format: MessageFormat) {
    this.#source = source;
    this.#method = method;
    this.#schema = schema;
    this.#search = new TypeSearch(schema);
    this.#io = io;
    this.#format = format;
  }

  /** Messages, each as soon as it is complete. What throws here is kept: the call only knows that it was cancelled. */
  async *all(): AsyncGenerator<Message> {
    try {
      for await (const piece of this.#pieces()) yield await this.#read(piece);
    } catch (error) {
      this.error = error;
      throw error;
    }
  }

  /** @throws {CliError} when there is not one */
  async one(): Promise<Message> {
    const messages: Message[] = [];
    for await (const message of this.all()) messages.push(message);
    if (messages.length > 1) {
      const text = `${this.#method.parent.typeName}/${this.#method.name} takes one request, and ${messages.length} were given`;
      throw new CliError(text, ExitCode.usage);
    }
    return messages[0] ?? create(this.#method.input);
  }

  /** Lets the process end while standard input is open. */
  close(): void {
    this.#stdin?.close();
  }

  async *#pieces(): AsyncGenerator<JsonPiece> {
    const form = requestForms[this.#format];
    if (this.#source.kind === "text") {
      for (const text of this.#source.texts) {
        const splitter = form.splitter();
        yield* splitter.push(text);
        yield* splitter.end();
      }
      return;
    }
    if (this.#io.stdinIsTerminal) this.#io.stderr(form.invitation);
    this.#stdin = this.#io.openStdin();
    const splitter = form.splitter();
    const decoder = new TextDecoder();
    for await (const chunk of this.#stdin.chunks) yield* splitter.push(decoder.decode(chunk, { stream: true }));
    yield* splitter.push(decoder.decode());
    yield* splitter.end();
  }

  async #read(piece: JsonPiece): Promise<Message> {
    this.#count++;
    const name = this.#source.kind === "text" ? this.#source.name : "standard input";
    const where = this.#count > 1 ? `${name}, request ${this.#count}` : name;
    // The server is asked only for what the method needs; what else a request names is known by now.
    const form = requestForms[this.#format];
    await form.learn(this.#search, this.#method.input, piece.text);
    return form.read(this.#method.input, piece, this.#schema.registry, where);
  }
}
