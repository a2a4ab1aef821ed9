import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { Metadata } from "../base/metadata.js";
import { RpcError } from "../base/rpc-error.js";
import type { CallOptions } from "../client/call-options.js";
import type { Channel } from "../client/channel.js";
import { CallRequests, requestSource } from "./call-requests.js";
import { CallTrace, headerLines, methodLine, wireHeaderLines } from "./call-trace.js";
import { connect } from "./connect.js";
import { CliError, ExitCode } from "./exit-code.js";
import { findMethod } from "./find-method.js";
import { Interrupt } from "./interrupt.js";
import type { CliIo } from "./io.js";
import { jsonText } from "./json-text.js";
import type { MessageFormat } from "./message-format.js";
import { asIs, printable } from "./printable.js";
import { ReplyJson } from "./reply-json.js";
import { ReplyText } from "./reply-text.js";
import { hasSchemaFlags, openFiles, ReflectionSource, type SchemaSource } from "./schema-source.js";
import { tellStack } from "./stack-text.js";
import { detailTypes, statusJson, statusText } from "./status-text.js";
import type { SchemaFlags, TargetFlags } from "./target-flags.js";
import { metadataOf, openChannel } from "./target-options.js";
import { recordSeparator } from "./text-splitter.js";

/** The command line of `peregrine call`, as commander names it. */
export interface CallFlags extends TargetFlags, SchemaFlags {
  readonly host: string;
  readonly method: string;
  readonly data: readonly string[];
  readonly dataFile?: string;
  readonly format: MessageFormat;
  readonly json: boolean;
  readonly emitDefaults: boolean;
  readonly rawNames: boolean;
  readonly verbose: boolean;
  /** In ms. */
  readonly timeout?: number;
  readonly waitForReady: boolean;
  readonly compress?: string;
  readonly maxMessageBytes?: number;
}

/** Makes one call. Gives the code of its status. */
export async function runCall(flags: CallFlags, io: CliIo): Promise<number> {
  checkFormat(flags);
  const interrupt = new Interrupt(io);
  const { signal } = interrupt;
  const trace = new CallTrace((headers) => {
    if (flags.verbose) io.stderr(`* request headers\n${wireHeaderLines(">", headers)}`);
  });
  const options = { probe: trace.probe, receiveMessageBytesMax: flags.maxMessageBytes };
  const metadata = metadataOf(flags);
  const files = hasSchemaFlags(flags) ? openFiles(flags) : undefined;
  const channel = openChannel(flags.host, flags, options);
  const schema = files ?? new ReflectionSource(channel, { metadata, signal });
  try {
    return await new CallRun(flags, io, channel, schema, metadata, trace, signal).run();
  } catch (error) {
    if (interrupt.exitCode !== undefined) return interrupt.exitCode;
    if (error instanceof RpcError) return await tellStatus(error, flags, schema, io);
    throw error;
  } finally {
    interrupt.close();
    await channel.close({ graceMs: 0 });
  }
}

function checkFormat({ format, json, rawNames }: CallFlags): void {
  if (format !== "text" || !(json || rawNames)) return;
  const why = json ? "--json prints JSON" : "the text format has the names of the .proto file always";
  throw new CliError(`--format text cannot stand with --${json ? "json" : "raw-names"}: ${why}`, ExitCode.usage);
}

async function tellStatus(error: RpcError, flags: CallFlags, schema: SchemaSource, io: CliIo): Promise<number> {
  const json = new ReplyJson(schema, flags, [detailTypes]);
  if (flags.json) io.stderr(`${JSON.stringify(await statusJson(error, json))}\n`);
  else io.stderr(asIs(await statusText(error, json, io.colorStderr)));
  tellStack(error, io);
  return error.code;
}

class CallRun {
  readonly #flags: CallFlags;
  readonly #io: CliIo;
  readonly #channel: Channel;
  readonly #schema: SchemaSource;
  readonly #metadata: Metadata;
  readonly #trace: CallTrace;
  readonly #signal: AbortSignal;
  readonly #json: ReplyJson;
  readonly #text: ReplyText;
  #replies = 0;

  constructor(
    flags: CallFlags,
    io: CliIo,
    channel: Channel,
    schema: SchemaSource,
    metadata: Metadata,
    trace: CallTrace,
    signal: AbortSignal,
  ) {
    this.#flags = flags;
    this.#io = io;
    this.#channel = channel;
    this.#schema = schema;
    this.#metadata = metadata;
    this.#trace = trace;
    this.#signal = signal;
    this.#json = new ReplyJson(schema, flags);
    this.#text = new ReplyText(schema, flags.emitDefaults);
  }

  async run(): Promise<number> {
    const { data, dataFile, connectTimeout, waitForReady } = this.#flags;
    // What can be told to be wrong without a server is told without one.
    const method = hasSchemaFlags(this.#flags) ? await this.#findMethod() : undefined;
    const startMs = performance.now();
    await connect(this.#channel, { timeoutMs: connectTimeout, waitForReady, signal: this.#signal });
    this.#trace.connectMs = performance.now() - startMs;
    const found = method ?? (await this.#findMethod());
    const streams = found.methodKind === "client_streaming" || found.methodKind === "bidi_streaming";
    const source = requestSource(data, dataFile, streams);
    const requests = new CallRequests(source, found, this.#schema, this.#io, this.#flags.format);
    try {
      const input = streams ? requests.all() : await requests.one();
      this.#tellRequest(found);
      await this.#call(found, input);
    } catch (error) {
      if (error instanceof TypeError && error.message.startsWith("compress ")) {
        throw new CliError(`--${error.message}`, ExitCode.usage);
      }
      throw requests.error ?? error;
    } finally {
      requests.close();
      this.#tellEnd();
    }
    return ExitCode.ok;
  }

  #findMethod(): Promise<DescMethod> {
    return findMethod(this.#schema, this.#flags.method);
  }

  async #call(method: DescMethod, input: Message | AsyncIterable<Message>): Promise<void> {
    const client = this.#channel.client(method.parent) as unknown as Record<string, CallFunction>;
    const call = client[method.localName] as CallFunction;
    const output = this.#start(`/${method.parent.typeName}/${method.name}`, call, input);
    if (!(Symbol.asyncIterator in output)) {
      await this.#print(method, await output);
      return;
    }
    for await (const reply of output) {
      await this.#print(method, reply);
    }
  }

  #start(path: string, call: CallFunction, input: Message | AsyncIterable<Message>): ReturnType<CallFunction> {
    const { timeout, compress } = this.#flags;
    this.#trace.begin(path);
    return call(input, {
      metadata: this.#metadata,
      timeoutMs: timeout,
      signal: this.#signal,
      compress,
      onHeaders: (headers) => this.#tellResponse("response headers", headers),
      onTrailers: (trailers) => this.#tellResponse("trailers", trailers),
    });
  }

  async #print(method: DescMethod, reply: Message): Promise<void> {
    const writer = this.#flags.format === "text" ? this.#text : this.#json;
    const before = writer.unknownTypes.length;
    if (this.#flags.format === "text") await this.#printText(method, reply);
    else await this.#printJson(method, reply);
    for (const name of writer.unknownTypes.slice(before)) this.#warnOfType(name);
    // A stream that is faster than what reads us stops its server, and does not fill our memory.
    await this.#io.stdoutReady();
  }

  async #printJson(method: DescMethod, reply: Message): Promise<void> {
    const value = await this.#json.write(method.output, reply);
    if (this.#flags.json) this.#io.stdout(`${JSON.stringify(value)}\n`);
    else this.#io.stdout(asIs(`${jsonText(value, this.#io.colorStdout === true)}\n`));
  }

  /** Between two replies stands what stands between two requests, so that what comes out can go in. */
  async #printText(method: DescMethod, reply: Message): Promise<void> {
    const text = printable(await this.#text.write(method.output, reply));
    this.#io.stdout(asIs(this.#replies++ === 0 ? text : `${recordSeparator}\n${text}`));
  }

  #warnOfType(name: string): void {
    const warning = `${this.#schema.name} does not know the type ${name}: its fields are not shown`;
    this.#io.stderr(this.#flags.json ? `${JSON.stringify({ warning, type: name })}\n` : `peregrine: ${warning}\n`);
  }

  /** Its headers are told when they are sent. */
  #tellRequest(method: DescMethod): void {
    if (this.#flags.verbose) this.#io.stderr(`* ${this.#channel.target}: ${methodLine(method)}\n`);
  }

  #tellResponse(what: string, metadata: Metadata): void {
    this.#trace.firstByte();
    if (this.#flags.verbose) this.#io.stderr(`* ${what}\n${headerLines("<", metadata)}`);
  }

  #tellEnd(): void {
    if (this.#flags.verbose) this.#io.stderr(this.#trace.summary());
  }
}

type CallFunction = (
  input: Message | AsyncIterable<Message>,
  options: CallOptions,
) => Promise<Message> | AsyncIterable<Message>;
