import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { bytesOf, frame, headers, preface, settings, settingsAck } from "../../src/http2/frames.testing.js";
import { Child } from "./child.js";
import type { Memory } from "./settle.js";

/** What one of them makes a server hold, in bytes: objects and buffers, and what the machine gave to the process. */
export interface WorstCost {
  readonly what: string;
  readonly held: number;
  readonly rss: number;
}

const unary = call("Unary");
const bidi = call("Bidi");
const upload = [...call("ClientStream"), "grpc-timeout", "1H"];
/** The largest frame. */
const frameBytes = 16_384;
/** Without END_HEADERS. */
const isOpen = 0;

function call(method: string): string[] {
  const path = `/peregrine.test.Echo/${method}`;
  const list = [":method", "POST", ":scheme", "http", ":path", path, ":authority", "x"];
  return [...list, "content-type", "application/grpc", "te", "trailers"];
}

/** A request whose fields fill the table of the decoder with as many entries as there is room for. */
function fillsTable(): Uint8Array {
  const fields: Uint8Array[] = [];
  for (let i = 0; i < 112; i++)
    fields.push(bytesOf(0x40, 3, ascii(`a${String(i).padStart(2, "0")}`.slice(-3)), 1, ascii("v")));
  // The pseudo-header fields are in the static table, but for the path and the authority.
  const pseudo = bytesOf(0x83, 0x86, 0x04, 2, ascii("/x"), 0x01, 1, ascii("x"));
  return frame(1, 0x5, 1, bytesOf(pseudo, ...fields));
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function block(bytes: number): Uint8Array {
  const first = frame(1, isOpen, 1, new Uint8Array(Math.min(bytes, frameBytes)));
  const more: Uint8Array[] = [];
  for (let left = bytes - frameBytes; left > 0; left -= frameBytes) {
    more.push(frame(9, isOpen, 1, new Uint8Array(Math.min(left, frameBytes))));
  }
  return bytesOf(first, ...more);
}

/** All but the last byte. */
function unfinished(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.length - 1);
}

function many(count: number, each: (id: number) => Uint8Array): Uint8Array {
  return bytesOf(...Array.from({ length: count }, (_, i) => each(2 * i + 1)));
}

/** What connections send after their first SETTINGS, and how many of what is counted that is. */
const kinds: Readonly<Record<string, { readonly bytes: Uint8Array; readonly count: number }>> = {
  "an idle connection": { bytes: new Uint8Array(0), count: 1 },
  "and a frame but for a byte": { bytes: unfinished(block(frameBytes)), count: 1 },
  "and a header block of 64 KiB but for a byte": { bytes: unfinished(block(4 * frameBytes)), count: 1 },
  "and a full HPACK table": { bytes: fillsTable(), count: 1 },
  "a call of which the headers came (100 a connection)": { bytes: many(100, (id) => headers(id, unary)), count: 100 },
  "a call whose handler waits (100 a connection)": { bytes: many(100, (id) => headers(id, bidi)), count: 100 },
  "the same with a deadline, and with metadata and signal in use": {
    bytes: many(100, (id) => headers(id, upload)),
    count: 100,
  },
};

function cost(what: string, before: Memory, after: Memory, count: number): WorstCost {
  const held = after.heap + after.external - before.heap - before.external;
  return { what, held: Math.round(held / count), rss: Math.round((after.rss - before.rss) / count) };
}

/** Connections that each send the same and then nothing more; resolves when the server has taken it. */
async function crowd(port: number, count: number, bytes: Uint8Array, secure: boolean): Promise<Socket[]> {
  const tls = { port, host: "127.0.0.1", ALPNProtocols: ["h2"], rejectUnauthorized: false };
  const sockets = Array.from({ length: count }, () => (secure ? connectTls(tls) : connect(port, "127.0.0.1")));
  await Promise.all(
    sockets.map(async (socket) => {
      socket.on("error", () => undefined).resume();
      socket.write(bytes);
      await once(socket, "data");
    }),
  );
  return sockets;
}

/** What a client of TLS sends first. */
async function clientHello(): Promise<Uint8Array> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const client = connectTls({ port, host: "127.0.0.1", ALPNProtocols: ["h2"] }).on("error", () => undefined);
  const [socket] = (await once(server, "connection")) as [Socket];
  const [bytes] = (await once(socket, "data")) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
}

interface Kind {
  readonly what: string;
  readonly bytes: Uint8Array;
  /** How many of what is counted one connection has. Default 1. */
  readonly each?: number;
  /** Whether they listen with TLS, and whether the client speaks it too. */
  readonly listen?: "listen" | "listenTls";
  readonly secure?: boolean;
}

async function measure(
  { what, bytes, each = 1, listen = "listen", secure = false }: Kind,
  count: number,
): Promise<WorstCost> {
  const server = new Child("peers/peregrine-server");
  try {
    const port = (await server.ask(listen)) as number;
    // Code is compiled and pools are filled by some that come and go.
    for (const socket of await crowd(port, Math.ceil(count / 20), bytes, secure)) socket.destroy();
    await server.memory();
    const before = await server.memory();
    const sockets = await crowd(port, count, bytes, secure);
    // What is still on its way is taken in the turns of the first.
    await server.memory();
    const after = await server.memory();
    for (const socket of sockets) socket.destroy();
    return cost(what, before, after, count * each);
  } finally {
    await server.stop();
  }
}

/** What each of the things costs that the page of limits adds up. */
export async function worstCosts(count: number): Promise<WorstCost[]> {
  const begin = bytesOf(preface, settings(), settingsAck);
  const costs: WorstCost[] = [];
  for (const [what, { bytes, count: each }] of Object.entries(kinds)) {
    const connections = Math.ceil(count / Math.min(each, 10));
    costs.push(await measure({ what, bytes: bytesOf(begin, bytes), each }, connections));
  }
  const tls = { listen: "listenTls" } as const;
  costs.push(await measure({ what: "an idle connection with TLS", bytes: begin, ...tls, secure: true }, count));
  const hello = await clientHello();
  costs.push(await measure({ what: "a TLS handshake that is not finished", bytes: hello, ...tls }, count));
  return costs;
}
