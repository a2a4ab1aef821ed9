import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server as NetServer } from "node:net";
import { Channel, Server } from "../../src/index.js";
import { Echo } from "../gen/echo_pb.js";
import type { SeededRandom } from "../simulation/seeded-random.js";
import { type ByteStep, toSteps } from "./byte-steps.js";
import { EchoHandlers } from "./echo-handlers.js";
import { Finding, must } from "./finding.js";
import { mutateFrames } from "./mutate-frames.js";
import { recordings } from "./recordings.js";
import { type FuzzTarget, target } from "./target.js";

type SocketStep = { readonly role: "server" | "client" } | ByteStep;

/** The longest that anything takes, in ms: much more than a loaded machine needs. */
const boundMs = 15_000;
/** Calls to a peer that sends nonsense, in ms. */
const callTimeoutMs = 1_000;

/** What lives as long as the process: a server of ours with a client that is honest. */
interface Lasting {
  readonly target: string;
  readonly channel: Channel;
  readonly handlers: EchoHandlers;
}

let lasting: Promise<Lasting> | undefined;

async function start(): Promise<Lasting> {
  const handlers = new EchoHandlers();
  const server = new Server({ onError: () => undefined });
  server.add(Echo, handlers.service);
  const address = `${await server.listen("127.0.0.1:0")}`;
  return { target: address, channel: new Channel(address), handlers };
}

/** As `server` and `client`, over sockets of the machine: fewer, for what memory does not show. */
export const realSockets: FuzzTarget = target<SocketStep>({
  name: "sockets",
  about: "mutated conversations over real sockets, both roles",
  share: 1,

  async make(random: SeededRandom): Promise<readonly SocketStep[]> {
    const all = await recordings();
    const recording = random.pick(all);
    const role = random.chance(0.6) ? "server" : "client";
    const frames = role === "server" ? recording.up : recording.down;
    const pool = all.flatMap((one) => (role === "server" ? one.up.slice(1) : one.down));
    const [first, ...rest] = frames as [Uint8Array, ...Uint8Array[]];
    return [{ role }, ...toSteps([first, ...mutateFrames(rest, random, pool)], random)];
  },

  async run(steps: readonly SocketStep[]): Promise<void> {
    lasting ??= start();
    const honest = await lasting;
    const chunks = steps.flatMap((step) => ("bytes" in step ? [step.bytes] : []));
    const reset = steps.some((step) => "end" in step && step.end === "reset");
    const role = steps.find((step) => "role" in step)?.role ?? "server";
    if (role === "server") await disturbServer(honest, chunks, reset);
    else await disturbClient(chunks, reset);
    const payload = Uint8Array.of(1, 2, 3);
    const response = await honest.channel.client(Echo).unary({ payload }, { timeoutMs: boundMs });
    must(response.payload.join() === payload.join(), "usable", () => "an honest call afterwards has another answer");
  },
});

async function disturbServer(honest: Lasting, chunks: readonly Uint8Array[], reset: boolean): Promise<void> {
  const port = Number(honest.target.slice(honest.target.lastIndexOf(":") + 1));
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.resume();
  const closed = once(socket, "close");
  await once(socket, "connect");
  for (const chunk of chunks) socket.write(chunk);
  if (reset) socket.resetAndDestroy();
  else socket.end();
  await within(closed, "the server does not close a connection whose peer has ended");
}

async function disturbClient(chunks: readonly Uint8Array[], reset: boolean): Promise<void> {
  const peer = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.resume();
    for (const chunk of chunks) socket.write(chunk);
    if (reset) setImmediate(() => socket.resetAndDestroy());
    else socket.end();
  });
  peer.listen(0, "127.0.0.1");
  await once(peer, "listening");
  const channel = new Channel(`127.0.0.1:${(peer.address() as AddressInfo).port}`);
  const client = channel.client(Echo);
  const options = { timeoutMs: callTimeoutMs };
  const calls = [
    client.unary({ payload: Uint8Array.of(1) }, options),
    (async () => {
      for await (const response of client.serverStream({ count: 3 }, options)) void response;
    })(),
  ];
  const ends = await within(Promise.allSettled(calls), "calls to a peer that sends nonsense do not end");
  for (const end of ends) {
    if (end.status === "rejected" && typeof (end.reason as { code?: unknown }).code !== "number") {
      throw new Finding("status", String(end.reason));
    }
  }
  await within(channel.close({ graceMs: 0 }), "the channel does not close");
  await within(closeServer(peer), "a connection of the channel stays");
}

function closeServer(server: NetServer): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

async function within<T>(promise: Promise<T>, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Finding("time", message)), boundMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
