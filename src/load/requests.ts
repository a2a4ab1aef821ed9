import type { DescMessage, JsonValue } from "@bufbuild/protobuf";
import type { CodecProvider, MessageCodec } from "../codec/codec.js";
import { compiledCodecs } from "../codec/compiled-codec.js";
import { prefixBytes } from "../message/prefix.js";
import { requestsMax } from "./limits.js";
import { hasPlaceholder, quotePlaceholders, type RequestPlace, TemplateError } from "./placeholder.js";
import { compileTemplate, emptyTemplate, type RequestTemplate, type TemplateContext } from "./request-template.js";

/** A request in bytes: what the calls of a run hand down instead of messages. */
export interface EncodedRequest {
  /** With room for the prefix in front. */
  readonly bytes: Uint8Array;
  /** Used once, so that it need not be copied. */
  readonly isOwn: boolean;
}

/** The requests of a run, one after the other, round and round. */
export class RequestSource {
  readonly #templates: readonly RequestTemplate[];
  readonly #constants: readonly (EncodedRequest | undefined)[];
  readonly #codec: MessageCodec;

  constructor(schema: DescMessage, templates: readonly RequestTemplate[], codecs: CodecProvider = compiledCodecs()) {
    this.#templates = templates;
    this.#codec = codecs(schema);
    const place: RequestPlace = { counter: 0, message: 0, worker: 0, connection: 0 };
    // Each is encoded once, so that a mistake shows before the first call.
    this.#constants = templates.map((template) => {
      const bytes = this.#codec.encode(template.make(place), prefixBytes);
      return template.isConstant ? { bytes, isOwn: false } : undefined;
    });
  }

  /** How many there are. */
  get length(): number {
    return this.#templates.length;
  }

  /** @throws {Error} when a placeholder gave what does not fit its field */
  make(index: number, place: RequestPlace): EncodedRequest {
    const at = index % this.#templates.length;
    const constant = this.#constants[at];
    if (constant !== undefined) return constant;
    const template = this.#templates[at] as RequestTemplate;
    return { bytes: this.#codec.encode(template.make(place), prefixBytes), isOwn: true };
  }
}

/**
 * Reads requests: a message in JSON, an array of such, or one in each line.
 *
 * @param text undefined for an empty message
 * @throws {TemplateError} saying which request cannot be, and why
 */
export function parseRequests(text: string | undefined, options: TemplateContext): RequestTemplate[] {
  const { schema, withTemplates } = options;
  if (text === undefined || text.trim() === "") return [emptyTemplate(schema)];
  const values = parseValues(withTemplates && hasPlaceholder(text) ? quotePlaceholders(text) : text);
  if (values.length === 0) throw new TemplateError("the data is an empty list: there is no request in it");
  if (values.length > requestsMax) {
    throw new TemplateError(`the data has ${values.length} requests; at most ${requestsMax} are read`);
  }
  return values.map((value, i) => {
    try {
      return compileTemplate(value, options);
    } catch (error) {
      if (!(error instanceof TemplateError) || values.length === 1) throw error;
      throw new TemplateError(`request ${i + 1} of ${values.length}: ${error.message}`, { cause: error });
    }
  });
}

function parseValues(text: string): readonly JsonValue[] {
  let whole: JsonValue;
  try {
    whole = JSON.parse(text) as JsonValue;
  } catch (error) {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    if (lines.length === 1) throw new TemplateError(`the data is no JSON: ${(error as Error).message}`);
    return lines.map(parseLine);
  }
  return Array.isArray(whole) ? whole : [whole];
}

function parseLine(line: string, index: number): JsonValue {
  try {
    return JSON.parse(line) as JsonValue;
  } catch (error) {
    throw new TemplateError(
      `the data is neither JSON nor JSON in each line: line ${index + 1}: ${(error as Error).message}`,
    );
  }
}

const received: object = Object.freeze({});

/**
 * Codecs that take requests as they were encoded beforehand, and do not read responses unless they are to be checked: what is
 * measured is the server.
 */
export function rawCodecs(checkResponses: boolean): CodecProvider {
  const codecs = compiledCodecs();
  return <Desc extends DescMessage>(schema: Desc): MessageCodec<Desc> => {
    const real = codecs(schema);
    const raw: MessageCodec = {
      encode(request) {
        const { bytes, isOwn } = request as unknown as EncodedRequest;
        return isOwn ? bytes : bytes.slice();
      },
      decode: checkResponses ? (bytes) => real.decode(bytes) : () => received as never,
    };
    return raw as unknown as MessageCodec<Desc>;
  };
}
