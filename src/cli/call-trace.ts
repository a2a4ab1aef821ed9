import type { DescMethod } from "@bufbuild/protobuf";
import { type Metadata, secretKeys } from "../base/metadata.js";
import type { AttemptProbe, ConnectionProbe, Probe, SubchannelProbe } from "../base/probe.js";
import type { HeaderList } from "../base/transport.js";

/** What one direction of a call carried. */
interface Traffic {
  count: number;
  byteCount: number;
}

/** Counts and times what happens in one call, for `--verbose`. */
export class CallTrace {
  readonly #onRequest: (headers: HeaderList) => void;
  readonly sent: Traffic = { count: 0, byteCount: 0 };
  readonly received: Traffic = { count: 0, byteCount: 0 };
  connectMs: number = 0;
  #path: string | undefined;
  #startMs = 0;
  #firstMs: number | undefined;

  /** @param onRequest hears the headers of the call, each time that they are sent */
  constructor(onRequest: (headers: HeaderList) => void) {
    this.#onRequest = onRequest;
  }

  /** Hears of the channel that the call goes over. Reflection goes over the same one, and is not counted. */
  readonly probe: Probe = {
    onServer: () => undefined,
    onChannel: () => ({
      onState: () => undefined,
      onAddresses: () => undefined,
      onCall: () => undefined,
      onSubchannel: (): SubchannelProbe => ({
        onState: () => undefined,
        onConnection: (): ConnectionProbe => ({
          onCall: (path, headers) => (path === this.#path ? this.#attempt(headers) : undefined),
          onClosed: () => undefined,
        }),
      }),
    }),
  };

  /** @param path of the call */
  begin(path: string): void {
    this.#path = path;
    this.#startMs = performance.now();
  }

  #attempt(headers: HeaderList): AttemptProbe {
    this.#onRequest(headers);
    return {
      onMessageSent: (byteCount) => add(this.sent, byteCount),
      onMessageReceived: (byteCount) => add(this.received, byteCount),
      onEnd: () => undefined,
    };
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

/** The same of headers as they are on the wire. */
export function wireHeaderLines(sign: string, headers: HeaderList): string {
  const lines: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    lines.push(`${sign} ${name}: ${secretKeys.has(name) ? "(hidden)" : headers[i + 1]}\n`);
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
