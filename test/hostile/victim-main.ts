import { Channel, type Clock, Server, type ServerListenOptions } from "peregrine";
import { createTestCertificates } from "peregrine/testing";
import { type Network, systemNetwork } from "../../src/net/network.js";
import { SystemClock } from "../../src/net/system-clock.js";
import { Echo } from "../gen/echo_pb.js";
import { Hostile } from "../gen/hostile_pb.js";
import { describe, HonestCaller } from "./honest-caller.js";
import { Meter } from "./meter.js";
import type { CallEnd, CallPlan, DialPlan, Operations, Request, Response, Served, VictimOptions } from "./protocol.js";
import { addServices, HandlerCount, toTakenJson } from "./services.js";

// The process that is attacked, or that of the honest peers: does what its parent asks, see `Operations`.

const faults: string[] = [];
const errors: Record<string, number> = {};
const handlers = new HandlerCount();
const meter = new Meter();
/** Responses that the code which asked for them has not let go of, until the attack is over. */
const kept: unknown[] = [];
let server: Server | undefined;
let channel: Channel | undefined;
let honest: HonestCaller | undefined;

const operations: Operations = {
  serve,
  dial,
  begin: () => meter.begin(),
  hold: () => meter.hold(),
  end() {
    kept.length = 0;
    return meter.end();
  },
  calls,
  state: async () => ({
    handlers: handlers.running,
    handlersMost: handlers.most,
    handlersBegun: handlers.begun,
    faults,
    errors,
    polluted: inherited(),
    resources: resources(),
  }),
  async honestBegin(served) {
    honest = new HonestCaller(served);
    // The first call connects, and is no measure of those that follow.
    await honest.callOnce();
    honest.begin();
  },
  async honestEnd() {
    const report = await honest?.end();
    honest = undefined;
    if (report === undefined) throw new Error("no honest client was begun");
    return report;
  },
  async honestOnce(served) {
    const once = new HonestCaller(served);
    await once.callOnce();
    return once.end();
  },
  async stop() {
    await channel?.close({ graceMs: 0 });
    await server?.close({ graceMs: 0 });
  },
};

async function serve(options: VictimOptions): Promise<Served> {
  const { limits, receiveMessageBytesMax, maxDecodedBytes, pingPolicy } = options;
  server = new Server({
    limits,
    receiveMessageBytesMax,
    maxDecodedBytes,
    pingPolicy,
    ...clockFor(options),
    network: networkFor(options),
    interceptors: [handlers.interceptor],
    onError(error, { kind }) {
      errors[kind] = (errors[kind] ?? 0) + 1;
      if (kind === "internal") faults.push(error instanceof Error ? String(error.stack) : String(error));
    },
  });
  addServices(server);
  const certificates = options.tls === true ? createTestCertificates() : undefined;
  const listenOptions: ServerListenOptions = certificates === undefined ? {} : { tls: certificates.server };
  const address = `${await server.listen("127.0.0.1:0", listenOptions)}`;
  return { address, ca: certificates?.ca };
}

class CoarseClock extends SystemClock {
  override nowMs(): number {
    return Math.floor(super.nowMs() / 10_000) * 10_000;
  }
}

function clockFor({ coarseClock }: VictimOptions): { clock?: Clock } {
  return coarseClock === true ? { clock: new CoarseClock() } : {};
}

/** The machine's network, with bounds of listeners that a server has no options for. */
function networkFor({ tlsHandshakeTimeoutMs, pendingHandshakesMax }: VictimOptions): Network {
  return {
    ...systemNetwork,
    listen: (target, options, handler) =>
      systemNetwork.listen(
        target,
        { ...options, handshakeTimeoutMs: tlsHandshakeTimeoutMs, pendingHandshakesMax },
        handler,
      ),
  };
}

async function dial({ hostilePort, honestAddress, tls, ...options }: DialPlan): Promise<void> {
  await channel?.close({ graceMs: 0 });
  channel = new Channel(`127.0.0.1:${hostilePort}`, {
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.receiveMessageBytesMax === undefined ? {} : { receiveMessageBytesMax: options.receiveMessageBytesMax }),
    ...(options.maxDecodedBytes === undefined ? {} : { maxDecodedBytes: options.maxDecodedBytes }),
    ...(options.connectTimeoutMs === undefined ? {} : { connectTimeoutMs: options.connectTimeoutMs }),
    tls: tls === true ? { ca: createTestCertificates().ca } : false,
    backoff: { initialMs: 100 },
    ...clockFor(options),
    onFault: (fault) => faults.push(fault instanceof Error ? String(fault.stack) : String(fault)),
  });
  honest = new HonestCaller({ address: honestAddress });
  await honest.callOnce();
  honest.begin();
}

async function calls(plan: CallPlan): Promise<CallEnd[]> {
  const ends: Promise<CallEnd>[] = [];
  for (let i = 0; i < plan.count; i++) {
    const end = callHostile(plan);
    if (plan.inTurn === true) await end;
    ends.push(end);
  }
  return Promise.all(ends);
}

async function callHostile({ method, timeoutMs, requestBytes = 0, waitForReady = false }: CallPlan): Promise<CallEnd> {
  if (channel === undefined) throw new Error("no channel was dialled");
  const echo = channel.client(Echo);
  const request = { payload: new Uint8Array(requestBytes) };
  const options = { timeoutMs, waitForReady };
  try {
    if (method === "unary") await echo.unary(request, options);
    else if (method === "take") toTakenJson(await channel.client(Hostile).take({}, options));
    else if (method === "pour") for await (const _ of channel.client(Hostile).pour({}, options));
    else if (method === "keep") kept.push(await channel.client(Hostile).keep({}, options));
    else if (method === "serverStream") for await (const _ of echo.serverStream(request, options));
    else for await (const _ of echo.bidi(endless(request), options));
    return { status: "OK", message: "" };
  } catch (error) {
    const text = describe(error);
    const colon = text.indexOf(":");
    return { status: text.slice(0, colon), message: text.slice(colon + 2) };
  }
}

/** Requests for as long as they are taken. */
async function* endless<T>(request: T): AsyncGenerator<T> {
  for (;;) yield request;
}

function inherited(): string[] {
  const names: string[] = [];
  for (const name in {}) names.push(name);
  return names;
}

function resources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

async function answer({ id, name, argument }: Request): Promise<void> {
  let response: Response;
  try {
    const operation = operations[name] as (argument: unknown) => Promise<unknown>;
    response = { id, result: await operation(argument) };
  } catch (error) {
    response = { id, error: describe(error) };
  }
  process.send?.(response);
  // Nothing else may be left: the process has to end by itself now.
  if (name === "stop") process.disconnect();
}

process.on("message", (request: Request) => void answer(request));
