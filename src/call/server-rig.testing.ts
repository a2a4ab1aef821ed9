/** A server's call on a recording stream, in simulated time. */
import { ErrorCode, type PeerInfo, type TransportFailure } from "../base/transport.js";
import { CompressionRegistry } from "../message/compression-registry.js";
import { messageBytesMaxDefault } from "../message/limits.js";
import { TurnBudget } from "../message/turn-budget.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { RecordingStream } from "./fake-stream.testing.js";
import type { Gate } from "./gate.js";
import { readRequestHead } from "./headers.js";
import type { Interceptor } from "./interceptor.js";
import { type Note, type NotesMethod, noteCodec, notesMethod } from "./notes.testing.js";
import { ServerCall } from "./server-call.js";
import type { ServerContext } from "./server-context.js";
import { interceptMethod } from "./server-intercept.js";
import type { HandlerResult, ServerCallEnvironment, ServerMethod } from "./server-method.js";
import { ResponseHeaders } from "./server-response.js";

export const testPeer: PeerInfo = { address: "ipv4:127.0.0.1:4711", secure: false };

/** What a handler under test takes: one note and a stream of them at once, whichever its method has. */
export type TestHandler = (request: Note & AsyncIterableIterator<Note>, call: ServerContext) => HandlerResult;

export interface RigOptions {
  /** Request headers beside the necessary ones: name, value, ... */
  readonly headers?: readonly string[];
  readonly env?: Partial<ServerCallEnvironment>;
  readonly gates?: readonly Gate[];
  readonly interceptors?: readonly Interceptor[];
  /** The request ends with its headers. Default false. */
  readonly endStream?: boolean;
}

export interface ServerRig {
  readonly stream: RecordingStream;
  readonly call: ServerCall;
  readonly clock: SimulatedClock;
  /** What reached `onError`. */
  readonly errors: unknown[];
  /** With which kinds. */
  readonly kinds: string[];
}

/** Starts a call of a method of the service `Notes`. */
export function startCall(name: NotesMethod, handler: TestHandler, options: RigOptions = {}): ServerRig {
  const clock = new SimulatedClock();
  const stream = new RecordingStream();
  const errors: unknown[] = [];
  const kinds: string[] = [];
  const compressions = new CompressionRegistry();
  const env: ServerCallEnvironment = {
    clock,
    compressions,
    accepted: compressions,
    budget: new TurnBudget(clock, setImmediate),
    encodings: ["gzip", "deflate"],
    compressByDefault: false,
    compressBytesMin: 0,
    receiveMessageBytesMax: messageBytesMaxDefault,
    sendMessageBytesMax: 0xffff_ffff,
    onError: (error, kind) => {
      errors.push(error);
      kinds.push(kind);
    },
    ...options.env,
  };
  const method = makeMethod(name, handler, options.interceptors ?? [], options.gates ?? []);
  const base = [":method", "POST", ":scheme", "http", ":path", method.path, ":authority", "test.local"];
  const headers = [...base, "content-type", "application/grpc", "te", "trailers", ...(options.headers ?? [])];
  const responses = new ResponseHeaders(env.accepted.acceptEncoding);
  const call = new ServerCall(env, method, stream, headers, readRequestHead(headers), testPeer, responses);
  call.start(options.endStream ?? false);
  return { stream, call, clock, errors, kinds };
}

function makeMethod(
  name: NotesMethod,
  handler: TestHandler,
  interceptors: readonly Interceptor[],
  gates: readonly Gate[],
): ServerMethod {
  const intercepted = interceptors.length > 0;
  const desc = notesMethod(name);
  const method = {
    desc,
    path: `/test.Notes/${desc.name}`,
    streamsRequest: name === "clientStream" || name === "bidi",
    streamsResponse: name === "serverStream" || name === "bidi",
    requestCodec: noteCodec,
    responseCodec: noteCodec,
    gates,
    intercepted,
  };
  const last = handler as ServerMethod["invoke"];
  return { ...method, invoke: intercepted ? interceptMethod(interceptors, method, last) : last };
}

/** The notes that the call has sent. */
export function notesOf(rig: ServerRig): string[] {
  return rig.stream.messages().map((message) => noteCodec.decode(message.bytes).text);
}

/** What a stream hears when its peer gives it up. */
export const cancelledByPeer: TransportFailure = {
  scope: "stream",
  origin: "peer",
  code: ErrorCode.CANCEL,
  message: "reset by the peer with CANCEL",
  unprocessed: false,
};

/** Lets everything that can go on without a further event do so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A promise to be resolved by hand. */
export class Deferred<T> {
  resolve!: (value: T) => void;
  reject!: (error: unknown) => void;
  readonly promise: Promise<T> = new Promise((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}
