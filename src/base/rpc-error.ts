import { create, type DescMessage, fromBinary, type MessageInitShape, type MessageShape } from "@bufbuild/protobuf";
import { checkOptions, isAnything, isArray, type OptionChecks } from "./check-option.js";
import { Metadata, type MetadataInit } from "./metadata.js";
import { Status, statusName } from "./status.js";

/** A detail to be sent: a message type and a message of it (or a plain partial object). */
export interface OutgoingDetail<Desc extends DescMessage = DescMessage> {
  readonly schema: Desc;
  readonly value: MessageInitShape<Desc>;
}

/** A detail as `google.protobuf.Any` carries it: what a received error has. */
export interface PackedDetail {
  /** For instance `type.googleapis.com/google.rpc.BadRequest`. */
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

export type ErrorDetail = OutgoingDetail | PackedDetail;

/** Names a detail's type beside its value, with the types checked: `detail(BadRequestSchema, { ... })`. */
export function detail<Desc extends DescMessage>(schema: Desc, value: MessageInitShape<Desc>): OutgoingDetail {
  return { schema, value };
}

/** Options of an `RpcError`. */
export interface RpcErrorOptions {
  /** Messages that tell a program more than the text does; carried as `google.rpc.Status`. */
  readonly details?: readonly ErrorDetail[] | undefined;
  /** Sent as trailers by a server; the received trailers at a client. */
  readonly metadata?: MetadataInit | undefined;
  /** What led here; stays in this process. */
  readonly cause?: unknown;
}

const checks: OptionChecks<RpcErrorOptions> = { details: isArray(isAnything), metadata: isAnything, cause: isAnything };

/** By which an error is known that another copy of this package has made. */
const brand: unique symbol = Symbol.for("peregrine.RpcError") as never;

/** What a client tells of an error that a call has ended with. */
interface CallOrigin {
  readonly method: string;
  readonly peer: string | undefined;
}

/** Notes at a client which call ended with an error. The first one counts. For the layers of this package. */
export let noteCall: (error: RpcError, path: string, peer: string) => void;

/**
 * Takes the stack of this moment as that of the error, with the text that names status, method and peer. For the layers of this
 * package.
 */
export let traceHere: (error: RpcError) => void;

let traceOf: (error: RpcError) => CallTrace | undefined;

/**
 * A call that did not end with OK. Handlers throw it to answer with a status; clients get it thrown.
 * Its `message` is the status message as it travels; its text and its stack name the status, the method and the peer too.
 */
export class RpcError extends Error {
  readonly code: Status;
  readonly details: readonly ErrorDetail[];
  readonly metadata: Metadata;
  #call: CallOrigin | undefined;
  #trace: CallTrace | undefined;

  /**
   * @param code any status but OK
   * @param message for people; it reaches the peer
   */
  constructor(code: Status, message: string = "", options: RpcErrorOptions = {}) {
    checkOptions("options of an RpcError", options, checks);
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? [];
    this.metadata = options.metadata instanceof Metadata ? options.metadata : new Metadata(options.metadata);
  }

  /**
   * Makes an `RpcError` of whatever was thrown. One that is an `RpcError` already stays the same; of another error the text is taken,
   * and it is the cause. An aborted signal becomes CANCELLED, one that timed out DEADLINE_EXCEEDED.
   *
   * @param code the status of anything else; default UNKNOWN
   */
  static from(thrown: unknown, code: Status = Status.UNKNOWN): RpcError {
    if (thrown instanceof RpcError) return thrown;
    if (!(thrown instanceof Error)) return new RpcError(code, String(thrown), { cause: thrown });
    const { name, message } = thrown;
    const known = name === "AbortError" ? Status.CANCELLED : name === "TimeoutError" ? Status.DEADLINE_EXCEEDED : code;
    return new RpcError(known, message, { cause: thrown });
  }

  override get name(): string {
    return "RpcError";
  }

  /** The name of the status code, for instance `NOT_FOUND`. */
  get codeName(): string {
    return statusName(this.code);
  }

  /** The method whose call at a client ended with this, `shop.Shop/Price`; undefined for an error that a program made itself. */
  get method(): string | undefined {
    return this.#call?.method;
  }

  /** The address of the server that the call was sent to, `10.0.0.1:443`; undefined where it was sent to none. */
  get peer(): string | undefined {
    return this.#call?.peer;
  }

  /**
   * The same error, to be thrown by a handler. When a handler throws the error of a call that it made itself, its own caller learns the
   * status code alone: text, details and metadata were meant for this server. This passes them on too.
   */
  passOn(): RpcError {
    const { details, metadata } = this;
    return new RpcError(this.code, this.message, { details, metadata, cause: this });
  }

  /**
   * All details of one type, in order.
   *
   * @throws {Error} when a detail has the type's name but bytes that do not decode
   */
  findDetails<Desc extends DescMessage>(schema: Desc): MessageShape<Desc>[] {
    const found: MessageShape<Desc>[] = [];
    for (const one of this.details) {
      if ("typeUrl" in one && typeNameOf(one) === schema.typeName) found.push(fromBinary(schema, one.value));
      else if ("schema" in one && one.schema.typeName === schema.typeName)
        found.push(create(schema, one.value as MessageInitShape<Desc>));
    }
    return found;
  }

  /** `RpcError: 5 NOT_FOUND: no such thing (shop.Shop/Price, 10.0.0.1:443)`. */
  override toString(): string {
    const text = describe(this);
    return `${this.name}: ${text}`;
  }

  /** What logs get: without metadata and values of details, which may hold secrets. */
  toJSON(): RpcErrorJson {
    const { name, code, codeName, message, method, peer, details } = this;
    return { name, code, codeName, message, method, peer, details: details.map(typeNameOf) };
  }

  static {
    Object.defineProperty(RpcError, Symbol.hasInstance, { value: isInstance });
    // By the global symbol, so that no module of Node need be imported.
    Object.defineProperty(RpcError.prototype, brand, { value: true });
    Object.defineProperty(RpcError.prototype, Symbol.for("nodejs.util.inspect.custom"), { value: inspectError });
    noteCall = (error, path, peer) => {
      if (!(#call in error) || error.#call !== undefined) return;
      const address = peer.replace(/^ipv[46]:/, "");
      error.#call = { method: path.replace(/^\//, ""), peer: address === "" ? undefined : address };
    };
    traceHere = (error) => {
      if (!(#trace in error) || error.#trace !== undefined) return;
      error.#trace = new CallTrace(error);
      Object.defineProperty(error, "stack", stackOfTrace);
    };
    traceOf = (error) => error.#trace;
  }
}

/** An `RpcError` in JSON. */
export interface RpcErrorJson {
  readonly name: string;
  readonly code: Status;
  readonly codeName: string;
  readonly message: string;
  readonly method: string | undefined;
  readonly peer: string | undefined;
  /** The names of their types. */
  readonly details: readonly string[];
}

/**
 * Makes an error that has no stack yet: its call takes one where it is told to the caller (`traceHere`), and one stack costs as much as
 * all else of a call that fails.
 */
export function errorWithoutStack(code: Status, message: string, options?: RpcErrorOptions): RpcError {
  const limit = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = 0;
  } catch {
    // Built-in objects are frozen: the stack is taken twice.
    return new RpcError(code, message, options);
  }
  try {
    return new RpcError(code, message, options);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** The moment at which a caller is told of an error. It is made into a text when somebody looks. */
class CallTrace extends Error {
  readonly #error: RpcError;

  constructor(error: RpcError) {
    super();
    this.#error = error;
  }

  override get name(): string {
    return this.#error.name;
  }

  override get message(): string {
    return describe(this.#error);
  }

  /** The frames of the caller: those of this package, which are the first ones, say nothing. */
  get callers(): string | undefined {
    const stack: unknown = this.stack;
    // A program may make whatever it likes of stacks (`Error.prepareStackTrace`).
    if (typeof stack !== "string") return stack as undefined;
    const header = String(this);
    const frames = stack.startsWith(header)
      ? stack.slice(header.length)
      : stack.slice(Math.max(0, stack.search(/^ +at /m) - 1));
    const lines = frames.split("\n").slice(1 + ownFrames);
    return [header, ...lines].join("\n");
  }
}

/** `traceHere` and who calls that. Engines leave out the constructor. */
const ownFrames = 2;

const stackOfTrace: PropertyDescriptor = {
  configurable: true,
  enumerable: false,
  get(this: RpcError): string | undefined {
    return traceOf(this)?.callers;
  },
  set(this: RpcError, value: unknown): void {
    Object.defineProperty(this, "stack", { value, writable: true, configurable: true, enumerable: false });
  },
};

/** `instanceof RpcError`, which knows the errors of another copy of this package too. */
function isInstance(this: unknown, value: unknown): boolean {
  // Of a class that extends it: by its prototype, as ever.
  if (this !== RpcError) return Function.prototype[Symbol.hasInstance].call(this, value);
  return typeof value === "object" && value !== null && brand in value;
}

/** `5 NOT_FOUND: no such thing (shop.Shop/Price, 10.0.0.1:443)`. */
function describe({ code, codeName, message, method, peer }: RpcError): string {
  const where = [method, peer].filter((one) => one !== undefined).join(", ");
  return `${code} ${codeName}${message === "" ? "" : `: ${message}`}${where === "" ? "" : ` (${where})`}`;
}

/** What Node's `util.inspect` shows: the stack, and what of the error is not in it. */
function inspectError(
  this: RpcError,
  depth: number,
  options: { readonly depth?: number | null },
  inspect: (value: unknown, options: object) => string,
): string {
  if (depth < 0) return `[${this}]`;
  const { stack, name, message, details, metadata, cause } = this;
  const plain = message === "" ? name : `${name}: ${message}`;
  const text =
    typeof stack !== "string" ? String(this) : stack.startsWith(plain) ? `${this}${stack.slice(plain.length)}` : stack;
  const { code: _, details: __, metadata: ___, ...rest } = { ...this } as Record<string, unknown>;
  if (details.length > 0) rest["details"] = details.map(typeNameOf);
  if (metadata.size > 0) rest["metadata"] = metadata;
  // What has the same text says nothing new.
  if (cause !== undefined && !(cause instanceof Error && cause.message === message)) rest["cause"] = cause;
  return Object.keys(rest).length === 0 ? text : `${text} ${inspect(rest, options)}`;
}

/** The name of a detail's type; of an Any it is all behind the last slash of its URL. */
function typeNameOf(detail: ErrorDetail): string {
  if ("schema" in detail) return detail.schema.typeName;
  return detail.typeUrl.slice(detail.typeUrl.lastIndexOf("/") + 1);
}
