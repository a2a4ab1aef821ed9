import type { DescMethod } from "@bufbuild/protobuf";
import type { Metadata } from "../base/metadata.js";
import type { CodecProvider } from "../codec/codec.js";
import { compiledCodecs } from "../codec/compiled-codec.js";

/** What one direction of a call carried. */
interface Traffic {
  count: number;
  byteCount: number;
}

/** Counts and times what happens in one call, for `--verbose`. */
export class CallTrace {
  readonly #plain: CodecProvider = compiledCodecs();
  readonly sent: Traffic = { count: 0, byteCount: 0 };
  readonly received: Traffic = { count: 0, byteCount: 0 };
  connectMs: number = 0;
  #startMs = 0;
  #firstMs: number | undefined;
  #isCounting = false;

  /** Counts what passes from `begin` on: reflection, before that, goes over the same channel. */
  readonly codecs: CodecProvider = (schema) => {
    const codec = this.#plain(schema);
    return {
      encode: (message, headroom) => {
        const bytes = codec.encode(message, headroom);
        if (this.#isCounting) add(this.sent, bytes.length - headroom);
        return bytes;
      },
      decode: (bytes) => {
        if (this.#isCounting) add(this.received, bytes.length);
        return codec.decode(bytes);
      },
    };
  };

  begin(): void {
    this.#isCounting = true;
    this.#startMs = performance.now();
  }

  /** The first sign of the response. */
  firstByte(): void {
    this.#firstMs ??= performance.now() - this.#startMs;
  }

  summary(): string {
    const totalMs = performance.now() - this.#startMs;
    const first = this.#firstMs === undefined ? "" : `first byte ${ms(this.#firstMs)}, `;
    const traffic = `sent ${trafficText(this.sent)}, received ${trafficText(this.received)}`;
    return `* connect ${ms(this.connectMs)}, ${first}total ${ms(totalMs)}\n* ${traffic}\n`;
  }
}

function add(traffic: Traffic, byteCount: number): void {
  traffic.count++;
  traffic.byteCount += byteCount;
}

function trafficText({ count, byteCount }: Traffic): string {
  return `${count} message${count === 1 ? "" : "s"} of ${byteCount} bytes`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

/** The lines of headers; secrets are not shown. */
export function headerLines(sign: string, metadata: Metadata): string {
  const lines: string[] = [];
  for (const [name, values] of Object.entries(metadata.toJSON())) {
    for (const value of values) lines.push(`${sign} ${name}: ${value}\n`);
  }
  return lines.join("");
}

/** How a method looks in a `.proto` file. */
export function methodLine(method: DescMethod): string {
  const { methodKind: kind } = method;
  const requests = kind === "client_streaming" || kind === "bidi_streaming" ? "stream " : "";
  const replies = kind === "server_streaming" || kind === "bidi_streaming" ? "stream " : "";
  return `rpc ${method.name}(${requests}${method.input.typeName}) returns (${replies}${method.output.typeName})`;
}
