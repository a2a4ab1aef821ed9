import { readSync, writeSync } from "node:fs";
import {
  type DescMessage,
  fromJsonString,
  type Message,
  type MessageInitShape,
  type Registry,
  toJsonString,
} from "@bufbuild/protobuf";
import type { CodecProvider } from "../../src/codec/codec.js";
import { compiledCodecs } from "../../src/codec/compiled-codec.js";
import type { DeliveryName } from "../../src/codec/deliver.js";
import { fromText, toText } from "../../src/text/text.js";
import { generatedRegistry, loadedRegistry } from "./protos.js";

/**
 * The program that the official conformance runner talks to: on its standard input, requests behind a length of four
 * bytes, little endian; on its standard output, responses likewise. Argument: `compiled`, `ahead` or `interpreted`.
 */

/** `conformance.WireFormat`. */
const formatProtobuf = 1;
const formatJson = 2;
const formatText = 4;
const formats: ReadonlySet<number> = new Set([formatProtobuf, formatJson, formatText]);
const payloads: ReadonlySet<string | undefined> = new Set(["protobufPayload", "jsonPayload", "textPayload"]);
/** `conformance.TestCategory`. */
const categoryJsonIgnoreUnknown = 3;

interface Request {
  readonly payload: { readonly case: string | undefined; readonly value?: unknown };
  readonly requestedOutputFormat: number;
  readonly messageType: string;
  readonly testCategory: number;
  readonly printUnknownFields: boolean;
}

type Response = { case: string; value: string | Uint8Array };

class Testee {
  readonly #codecs: CodecProvider;
  readonly #registry: Registry;

  constructor(codecs: CodecProvider, registry: Registry) {
    this.#codecs = codecs;
    this.#registry = registry;
  }

  schema(name: string): DescMessage {
    const schema = this.#registry.getMessage(name);
    if (schema === undefined) throw new Error(`no message ${name}`);
    return schema;
  }

  serve(bytes: Uint8Array): Uint8Array {
    const request = this.#codecs(this.schema("conformance.ConformanceRequest")).decode(bytes) as unknown as Request;
    const response = { result: this.#answer(request) };
    return this.#codecs(this.schema("conformance.ConformanceResponse")).encode(
      response as MessageInitShape<DescMessage>,
      4,
    );
  }

  #answer(request: Request): Response {
    const { payload, requestedOutputFormat: format } = request;
    // The runner asks first which failures are expected: none.
    if (request.messageType === "conformance.FailureSet") return { case: "protobufPayload", value: new Uint8Array(0) };
    if (!payloads.has(payload.case) || !formats.has(format)) return { case: "skipped", value: "format" };
    const schema = this.schema(request.messageType);
    let message: Message;
    try {
      message = this.#parse(schema, request);
    } catch (error) {
      return { case: "parseError", value: String(error) };
    }
    try {
      if (format === formatProtobuf) return { case: "protobufPayload", value: this.#codecs(schema).encode(message, 0) };
      const { printUnknownFields } = request;
      if (format === formatText)
        return {
          case: "textPayload",
          value: toText(schema, message, { registry: this.#registry, printUnknownFields }),
        };
      return { case: "jsonPayload", value: toJsonString(schema, message, { registry: this.#registry }) };
    } catch (error) {
      return { case: "serializeError", value: String(error) };
    }
  }

  #parse(schema: DescMessage, { payload, testCategory }: Request): Message {
    if (payload.case === "protobufPayload") return this.#codecs(schema).decode(payload.value as Uint8Array);
    if (payload.case === "textPayload") return fromText(schema, payload.value as string, { registry: this.#registry });
    const ignoreUnknownFields = testCategory === categoryJsonIgnoreUnknown;
    return fromJsonString(schema, payload.value as string, { ignoreUnknownFields, registry: this.#registry });
  }
}

/** Reads exactly so many bytes; undefined at the end of input. */
function readExactly(size: number): Uint8Array | undefined {
  const bytes = new Uint8Array(size);
  for (let pos = 0; pos < size; ) {
    const count = readSync(0, bytes, pos, size - pos, null);
    if (count === 0) return undefined;
    pos += count;
  }
  return bytes;
}

function writeAll(bytes: Uint8Array): void {
  for (let pos = 0; pos < bytes.byteLength; ) pos += writeSync(1, bytes, pos);
}

async function main(): Promise<void> {
  const delivery = deliveryOf(process.argv[2]);
  const registry = delivery === "ahead" ? await generatedRegistry() : loadedRegistry();
  const testee = new Testee(compiledCodecs({ delivery }), registry);
  for (;;) {
    const head = readExactly(4);
    if (head === undefined) return;
    const length = new DataView(head.buffer).getUint32(0, true);
    const request = readExactly(length);
    if (request === undefined) return;
    const response = testee.serve(request);
    new DataView(response.buffer, response.byteOffset).setUint32(0, response.byteLength - 4, true);
    writeAll(response);
  }
}

function deliveryOf(name: string | undefined): DeliveryName {
  if (name === "compiled" || name === "ahead" || name === "interpreted") return name;
  throw new Error(`unknown delivery ${name}`);
}

await main();
