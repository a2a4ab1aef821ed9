import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, it } from "node:test";
import type { RefusalReason, ServerProbe } from "../base/probe.js";
import { ErrorCode } from "../base/transport.js";
import { NotesService } from "../call/notes.testing.js";
import type { ServerContext } from "../call/server-context.js";
import { headers, preface, request, rst, settings, settingsAck } from "../http2/frames.testing.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import type { ServerErrorInfo, ServerOptions } from "./options.js";
import { Refusals } from "./refusals.js";
import { Server } from "./server.js";

const upload = [":method", "POST", ":scheme", "http", ":path", "/test.Notes/ClientStream", ":authority", "x"];
upload.push("content-type", "application/grpc", "te", "trailers");

interface Listening {
  readonly server: Server;
  readonly port: number;
  readonly errors: string[];
  readonly refused: RefusalReason[];
}

async function listening(options: ServerOptions, use: (listening: Listening) => Promise<void>): Promise<void> {
  const errors: string[] = [];
  const refused: RefusalReason[] = [];
  const probe: ServerProbe = {
    onListen: () => undefined,
    onDrain: () => undefined,
    onClosed: () => undefined,
    onConnection: () => undefined,
    onRefused: (reason) => void refused.push(reason),
  };
  const server = new Server({
    ...options,
    probe: { onServer: () => probe, onChannel: () => undefined },
    onError: (error, { kind }: ServerErrorInfo) => void errors.push(`${kind}: ${(error as Error).message}`),
  });
  const { port } = await server.listen("127.0.0.1:0");
  try {
    await use({ server, port, errors, refused });
  } finally {
    await server.close({ graceMs: 0 });
  }
}

/** A client after its handshake. */
async function client(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(Buffer.concat([preface, settings(), settingsAck]));
  await Promise.race([once(socket, "data"), once(socket.resume(), "close")]);
  return socket;
}

describe("a server turns away", () => {
  it("connections beyond its limit, and says so once", () =>
    listening({ limits: { maxConnections: 2 } }, async ({ port, errors, refused }) => {
      const [first, second] = [await client(port), await client(port)];
      for (let i = 0; i < 3; i++) assert.ok((await client(port)).destroyed);
      assert.deepEqual(refused, ["connections", "connections", "connections"]);
      assert.equal(errors.length, 1);
      assert.match(errors[0] ?? "", /^listener: a connection of ipv4:127\.0\.0\.1:\d+ was closed at once/);
      assert.match(errors[0] ?? "", /limits\.maxConnections = 2/);
      for (const socket of [first, second]) assert.ok(!socket.destroyed);
      for (const socket of [first, second]) socket.destroy();
    }));

  it("calls beyond its limit, and says so once; another one has room when one is over", () =>
    listening({ limits: { maxTotalCalls: 1 } }, async ({ server, port, errors, refused }) => {
      let begun = 0;
      let over = 0;
      let wake = (): void => undefined;
      server.add(
        NotesService,
        {
          async clientStream(_: unknown, call: ServerContext) {
            begun++;
            wake();
            await once(call.signal, "abort");
            over++;
            wake();
            return {};
          },
        },
        { allowMissing: true },
      );
      const socket = await client(port);
      let got = Buffer.alloc(0);
      socket.on("data", (chunk: Buffer) => {
        got = Buffer.concat([got, chunk]);
        wake();
      });
      const isRefused = (id: number): boolean => got.includes(Buffer.from(rst(id, ErrorCode.REFUSED_STREAM)));
      const until = async (isSo: () => boolean): Promise<void> => {
        while (!isSo()) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      };
      socket.write(Buffer.concat([headers(1, upload), headers(3, upload), headers(5, upload)]));
      await until(() => isRefused(5));
      assert.ok(isRefused(3) && !isRefused(1));
      assert.equal(begun, 1);
      assert.deepEqual(refused, ["calls", "calls"]);
      assert.equal(errors.length, 1);
      assert.match(
        errors[0] ?? "",
        /^listener: a call of ipv4:127\.0\.0\.1:\d+ was refused \(limits\.maxTotalCalls = 1\)$/,
      );
      socket.write(rst(1, ErrorCode.CANCEL));
      await until(() => over === 1);
      socket.write(headers(7, upload));
      await until(() => begun === 2);
      assert.equal(refused.length, 2);
      socket.destroy();
    }));

  it("clients whose address took too many calls back with their connections", () =>
    listening({ limits: { lostCallBurst: 50, lostCallsPerSecond: 0.001 } }, async ({ port, errors, refused }) => {
      const waiting = headers(1, [...request.slice(0, 4), ":path", "/x.Y/Z"]);
      assert.ok(waiting.length > 0);
      let turnedAway = 0;
      for (let i = 0; i < 5 && turnedAway === 0; i++) {
        const socket = await client(port);
        if (socket.destroyed) turnedAway++;
        socket.destroy();
      }
      assert.equal(turnedAway, 0, "connections without calls cost nothing");
      assert.deepEqual([errors, refused], [[], []]);
    }));
});

describe("reports of those who were turned away", () => {
  it("come at once, and then each ten seconds with the number of those between", () => {
    const clock = new SimulatedClock();
    const told: string[] = [];
    const refusals = new Refusals(clock, (error) => void told.push((error as Error).message));
    for (let second = 0; second < 21; second++) {
      refusals.tell("connections", "closed", undefined, undefined);
      if (second === 3) refusals.tell("files", "no files", undefined, undefined);
      clock.advance(1_000);
    }
    assert.deepEqual(told, [
      "closed",
      "no files",
      "closed (and 9 more since the last report)",
      "closed (and 9 more since the last report)",
    ]);
  });
});
