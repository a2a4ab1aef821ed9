import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { protoInt64 } from "@bufbuild/protobuf";
import type { ByteRange } from "../base/byte-range.js";
import type { CodecProvider, MessageCodec } from "./codec.js";
import { type DecodeBounds, DecodedSizeError, wordsMax, wordsOf } from "./decode-bounds.js";
import { type DeliveryName, deliver } from "./deliver.js";
import { FieldReader } from "./interpret-decode.js";
import { depthMax } from "./limits.js";
import { PlainChecks } from "./plain-check.js";
import { type Fields, type MessagePlan, Plans } from "./plan.js";
import { protobufEsCodecs } from "./protobuf-es-codec.js";
import { Reader, SpentError, WireError } from "./reader.js";
import { describeValue } from "./value-check.js";
import { Writer } from "./writer.js";

/** How codecs are made. */
export interface CompiledCodecOptions {
  /**
   * `compiled`: code made for each type when it is first used; types with names that are no identifiers are
   * interpreted. `ahead`: code that came with the generated files; types without it are interpreted. `interpreted`: no
   * code; same results, slower. Default: what came with the generated files, else the first messages of a type are interpreted, and
   * it is compiled when there are more, where the runtime allows to make code, which a Content-Security-Policy may forbid.
   */
  readonly delivery?: DeliveryName;
  /** Whether the entries of maps are written in the order of their keys; default false: in the order they were set. */
  readonly deterministic?: boolean;
  /** Whether plain objects are looked through for names that their message type does not have; default false. */
  readonly checkFieldNames?: boolean;
}

/** What may differ from one encoding or decoding to the next. */
export interface EncodeOptions {
  /** Bytes left free in front. */
  readonly headroom?: number;
  /** Whether fields that the schema does not know are written again; default true. */
  readonly writeUnknownFields?: boolean;
  readonly deterministic?: boolean;
  /** Whether the result is the whole of its ArrayBuffer; default false. */
  readonly exact?: boolean;
}

export interface DecodeOptions {
  /** Whether fields that the schema does not know are kept; default true. */
  readonly readUnknownFields?: boolean;
  /** How deep messages may be nested; default 100. */
  readonly recursionLimit?: number;
  /** What the message may take of the heap; without it, nothing is bounded. */
  readonly bounds?: DecodeBounds | undefined;
}

/** Plans with one writer and one reader, which are used again for each message. */
export class CodecEngine {
  readonly #plans: Plans;
  readonly #rest: FieldReader = new FieldReader();
  readonly #deterministic: boolean;
  readonly #plainChecks: PlainChecks | undefined;
  readonly #reader: Reader = new Reader();
  #writer: Writer | undefined = new Writer();
  /** The bounds that came last, and what they allow: most often they are the same. */
  #bounds: DecodeBounds | undefined;
  #words: number = wordsMax;
  #keepUnknown = true;

  constructor(options: CompiledCodecOptions = {}) {
    this.#deterministic = options.deterministic ?? false;
    this.#plainChecks = options.checkFieldNames === true ? new PlainChecks() : undefined;
    this.#plans = new Plans(deliver(options.delivery, this.#rest));
  }

  plan(schema: DescMessage): MessagePlan {
    return this.#plans.get(schema);
  }

  encode(plan: MessagePlan, message: unknown, options: EncodeOptions): Uint8Array {
    return this.encodeWith(plan, message, options.headroom ?? 0, options);
  }

  checkPlain(plan: MessagePlan, init: object): void {
    this.#plainChecks?.check(plan, init);
  }

  encodeWith(plan: MessagePlan, message: unknown, headroom: number, options: EncodeOptions | undefined): Uint8Array {
    checkInit(plan, message);
    // A getter of the message may encode another one: that takes a writer of its own.
    const writer = this.#writer ?? new Writer();
    this.#writer = undefined;
    try {
      this.#plainChecks?.check(plan, message);
      writer.deterministic = options?.deterministic ?? this.#deterministic;
      writer.writeUnknown = options?.writeUnknownFields ?? true;
      const end = plan.encode(writer, message, writer.begin(headroom));
      return writer.finish(end, options?.exact ?? false);
    } catch (error) {
      writer.release();
      throw encodeError(plan, error);
    } finally {
      this.#writer = writer;
    }
  }

  /** Takes back the memory of a message. */
  reuse(bytes: Uint8Array): void {
    this.#writer?.reuse(bytes);
  }

  decode(plan: MessagePlan, bytes: Uint8Array, options?: DecodeOptions): Fields {
    const reader = this.#reader;
    const bounds = options?.bounds;
    reader.reset(bytes);
    reader.depth = 1;
    reader.depthMax = options?.recursionLimit ?? depthMax;
    if (bounds !== this.#bounds) this.#bind(bounds);
    reader.keepUnknown = options?.readUnknownFields ?? this.#keepUnknown;
    reader.left = this.#words;
    try {
      const message = plan.make();
      if (reader.depthMax < 1) reader.fail(`nested deeper than ${reader.depthMax} levels`);
      plan.decode(reader, message, bytes.length);
      if (reader.left < 0) reader.spent();
      return message;
    } catch (error) {
      if (error instanceof SpentError) throw new DecodedSizeError(plan.typeName, bounds);
      throw this.#locate(plan, bytes, error);
    } finally {
      reader.release();
    }
  }

  /**
   * Reads a message in place. What the reader looks at beyond its end are bytes of other messages: where it went there, or found a
   * fault, the bytes are not valid, or valid by chance only, and the range is read again as all that there is.
   */
  decodeRange(plan: MessagePlan, range: ByteRange, bounds?: DecodeBounds): Fields {
    const reader = this.#reader;
    const { end } = range;
    reader.resetRange(range);
    reader.depth = 1;
    reader.depthMax = depthMax;
    if (bounds !== this.#bounds) this.#bind(bounds);
    reader.keepUnknown = this.#keepUnknown;
    reader.left = this.#words;
    try {
      const message = plan.make();
      plan.decode(reader, message, end);
      if (reader.pos === end && reader.left >= 0) return message;
    } catch (error) {
      // Not read again: that would take as much once more.
      if (error instanceof SpentError) throw new DecodedSizeError(plan.typeName, bounds);
      // Else told below.
    } finally {
      reader.release();
    }
    return this.decode(plan, range.view(), { bounds });
  }

  #bind(bounds: DecodeBounds | undefined): void {
    this.#bounds = bounds;
    this.#words = wordsOf(bounds);
    this.#keepUnknown = bounds?.unknownFields !== "drop";
  }

  /** Reads once more, told of each field, to say in which one it was. */
  #locate(plan: MessagePlan, bytes: Uint8Array, error: unknown): Error {
    if (!(error instanceof WireError)) {
      return error instanceof Error ? error : new Error(`cannot decode message ${plan.typeName}: ${String(error)}`);
    }
    const { offset } = error;
    let place = "";
    const reader = this.#reader;
    reader.reset(bytes);
    reader.depth = 1;
    this.#rest.probe = (parent, field) => {
      place = field === undefined ? ` in an unknown field of ${parent.typeName}` : ` in ${String(field.desc)}`;
    };
    try {
      this.#rest.fields(plan)(reader, plan.make(), bytes.length);
    } catch {
      // As expected: `place` is where.
    } finally {
      this.#rest.probe = undefined;
    }
    const reason = `${error.message}${place} at offset ${offset}`;
    return new Error(`cannot decode message ${plan.typeName}: ${reason}`, { cause: error });
  }
}

/** A number or a message of another type would pass for an object without known fields. */
function checkInit(plan: MessagePlan, init: unknown): asserts init is Fields {
  const isObject = typeof init === "object" && init !== null && !Array.isArray(init);
  if (isObject) {
    const { $typeName } = init as Fields;
    if ($typeName === plan.typeName || $typeName === undefined) return;
  }
  throw new TypeError(`expected a message ${plan.typeName}, got ${describeValue(init)}`);
}

function encodeError(plan: MessagePlan, error: unknown): Error {
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return new Error(`cannot encode message ${plan.typeName}: it is nested too deep, or contains itself`);
  }
  if (error instanceof TypeError && /^(field|oneof|expected message) /.test(error.message)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`cannot encode message ${plan.typeName}: ${reason}`, { cause: error });
}

class CompiledCodec<Desc extends DescMessage> implements MessageCodec<Desc> {
  private readonly engine: CodecEngine;
  private readonly plan: MessagePlan;

  constructor(engine: CodecEngine, schema: Desc) {
    this.engine = engine;
    this.plan = engine.plan(schema);
  }

  encode(message: MessageInitShape<Desc>, headroom: number): Uint8Array {
    return this.engine.encodeWith(this.plan, message, headroom, undefined);
  }

  checkPlain(init: object): void {
    this.engine.checkPlain(this.plan, init);
  }

  reuse(bytes: Uint8Array): void {
    this.engine.reuse(bytes);
  }

  decodeRange(range: ByteRange, bounds?: DecodeBounds): MessageShape<Desc> {
    return this.engine.decodeRange(this.plan, range, bounds) as unknown as MessageShape<Desc>;
  }

  decode(bytes: Uint8Array, bounds?: DecodeBounds): MessageShape<Desc> {
    const options = bounds === undefined ? undefined : { bounds };
    return this.engine.decode(this.plan, bytes, options) as unknown as MessageShape<Desc>;
  }
}

/**
 * Codecs that are made for each message type when it is first used. They take and give messages of protobuf-es, give
 * the same bytes, and read plain partial objects without making messages of them. A provider has one buffer and the
 * plans of all types that it was asked for.
 */
export function compiledCodecs(options: CompiledCodecOptions = {}): CodecProvider {
  // Where 64-bit values cannot be bigints, all of protobuf-es changes with that.
  if (!protoInt64.supported) return protobufEsCodecs();
  const engine = new CodecEngine(options);
  const codecs = new WeakMap<DescMessage, unknown>();
  return <Desc extends DescMessage>(schema: Desc): MessageCodec<Desc> => {
    let codec = codecs.get(schema) as MessageCodec<Desc> | undefined;
    if (codec === undefined) {
      codec = new CompiledCodec(engine, schema);
      codecs.set(schema, codec);
    }
    return codec;
  };
}
