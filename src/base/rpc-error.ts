import { create, type DescMessage, fromBinary, type MessageInitShape, type MessageShape } from "@bufbuild/protobuf";
import { checkOptions, isAnything, isArray, type OptionChecks } from "./check-option.js";
import { Metadata, type MetadataInit } from "./metadata.js";
import { type Status, statusName } from "./status.js";

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

/**
 * A call that did not end with OK. Handlers throw it to answer with a status; clients get it thrown.
 * Its `message` is the status message as it travels.
 */
export class RpcError extends Error {
  readonly code: Status;
  readonly details: readonly ErrorDetail[];
  readonly metadata: Metadata;

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

  override get name(): string {
    return "RpcError";
  }

  /** The name of the status code, for instance `NOT_FOUND`. */
  get codeName(): string {
    return statusName(this.code);
  }

  /**
   * All details of one type, in order.
   *
   * @throws {Error} when a detail has the type's name but bytes that do not decode
   */
  findDetails<Desc extends DescMessage>(schema: Desc): MessageShape<Desc>[] {
    const found: MessageShape<Desc>[] = [];
    for (const one of this.details) {
      if ("typeUrl" in one && typeNameOf(one.typeUrl) === schema.typeName) found.push(fromBinary(schema, one.value));
      else if ("schema" in one && one.schema.typeName === schema.typeName)
        found.push(create(schema, one.value as MessageInitShape<Desc>));
    }
    return found;
  }

  override toString(): string {
    return `RpcError: ${this.codeName}: ${this.message}`;
  }
}

/** The type's name in the URL of an Any: all behind the last slash. */
function typeNameOf(typeUrl: string): string {
  return typeUrl.slice(typeUrl.lastIndexOf("/") + 1);
}
