import { setImmediate as turn } from "node:timers/promises";
import { Channel, type Client, Server } from "peregrine";
import { Echo } from "../gen/echo_pb.js";

// Run with --expose-gc by collected.test.ts: what becomes of channels that nobody refers to. Prints what it counted as JSON.

declare const gc: () => void;

let answer = (): void => undefined;
const answered = new Promise<void>((resolve) => {
  answer = resolve;
});
const server = new Server();
server.add(Echo, {
  unary: async ({ text }) => {
    if (text === "slow") await answered;
    return { text };
  },
  async *serverStream() {
    yield { text: "first" };
    await answered;
    yield { text: "last" };
  },
  clientStream: () => ({}),
  bidi: () => [],
});
const address = await server.listen("127.0.0.1:0");

/** Sockets at the server, and those of clients that calls are on. */
function sockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind.startsWith("TCPSocket")).length;
}

/** Collects again and again, until there are no more sockets than that, but not for ever. */
async function collect(most: number): Promise<number> {
  for (let round = 0; round < 300 && sockets() > most; round++) {
    gc();
    await turn();
  }
  return sockets();
}

async function callAndDrop(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Channel(address).client(Echo).unary({});
}

function clientAlone(): Client<typeof Echo> {
  return new Channel(address).client(Echo);
}

await callAndDrop(100);
const before = sockets();
const afterDrop = await collect(0);

const client = clientAlone();
await client.unary({ text: "connected" });
const slow = clientAlone().unary({ text: "slow" });
const stream = clientAlone().serverStream({});
await stream.next();
// Rounds enough for everything that could be collected.
for (let round = 0; round < 20; round++) {
  gc();
  await turn();
}
const held = sockets();
const { text } = await client.unary({ text: "again" });
answer();
const slowText = (await slow).text;
const last = (await stream.next()).value?.text;
const done = (await stream.next()).done;
const afterCalls = await collect(2);
console.log(JSON.stringify({ before, afterDrop, held, text, slowText, last, done, afterCalls }));
await client.unary({ text: "used to the end" });
await server.close({ graceMs: 0 });
