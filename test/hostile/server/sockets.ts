import { once, setMaxListeners } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ascii, preface } from "../../../src/http2/frames.testing.js";
import type { ServerAttack } from "../attack.js";
import type { ServerStage } from "../stage.js";

const handshakeTimeoutMs = 400;

/** All these sockets are closed by the victim. */
async function expectAllClosed(stage: ServerStage, sockets: readonly Socket[]): Promise<string> {
  const signal = AbortSignal.timeout(stage.patienceMs);
  setMaxListeners(sockets.length, signal);
  try {
    await Promise.all(
      sockets.map((socket) => (socket.closed ? undefined : once(socket.resume(), "close", { signal }))),
    );
  } catch {
    const open = sockets.filter((socket) => !socket.closed).length;
    throw new Error(`${open} of ${sockets.length} sockets were still open after ${stage.patienceMs} ms`);
  }
  return "closed";
}

function many(stage: ServerStage, count: number): Socket[] {
  return Array.from({ length: count }, () => stage.socket());
}

const wrongStarts: Readonly<Record<string, Uint8Array>> = {
  "an HTTP/1.1 request": ascii("GET / HTTP/1.1\r\nhost: x\r\n\r\n"),
  "a TLS hello": Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3),
  zeroes: new Uint8Array(65_536),
};

const foreign: readonly ServerAttack[] = Object.entries(wrongStarts).map(
  ([name, bytes]): ServerAttack => ({
    name: `${name} for a preface`,
    vector: "sockets",
    role: "server",
    guard: "the preface is compared byte by byte",
    async run(stage) {
      const sockets = many(stage, 20);
      for (const socket of sockets) socket.write(bytes);
      return expectAllClosed(stage, sockets);
    },
  }),
);

const slow: readonly ServerAttack[] = [
  {
    name: "connections that say nothing",
    vector: "sockets",
    role: "server",
    guard: "handshakeTimeoutMs",
    victim: { limits: { handshakeTimeoutMs } },
    unguarded: { limits: { handshakeTimeoutMs: 1e9 } },
    run: (stage) => expectAllClosed(stage, many(stage, 200)),
  },
  {
    name: "a preface that dribbles",
    vector: "sockets",
    role: "server",
    guard: "handshakeTimeoutMs",
    victim: { limits: { handshakeTimeoutMs } },
    unguarded: { limits: { handshakeTimeoutMs: 1e9 } },
    async run(stage) {
      const sockets = many(stage, 50);
      const closed = expectAllClosed(stage, sockets);
      closed.catch(() => undefined);
      for (const byte of preface) {
        for (const socket of sockets) if (socket.writable) socket.write(Uint8Array.of(byte));
        await sleep(handshakeTimeoutMs / 4);
      }
      return closed;
    },
  },
  {
    name: "TLS handshakes that stop half way",
    vector: "sockets",
    role: "server",
    guard: "10 s for a handshake, here less",
    victim: { tls: true, tlsHandshakeTimeoutMs: handshakeTimeoutMs },
    unguarded: { tls: true, tlsHandshakeTimeoutMs: 60_000 },
    async run(stage) {
      const sockets = many(stage, 200);
      // The head of a record that is never completed.
      for (const socket of sockets) socket.write(Uint8Array.of(0x16, 3, 1));
      return expectAllClosed(stage, sockets);
    },
  },
  {
    name: "more TLS handshakes than may be under way",
    vector: "sockets",
    role: "server",
    guard: "1 000 at once, here 50",
    victim: { tls: true, pendingHandshakesMax: 50 },
    unguarded: { tls: true, pendingHandshakesMax: 1e6 },
    async run(stage) {
      const sockets = many(stage, 200);
      const closed = new Promise<void>((resolve) => {
        let count = 0;
        for (const socket of sockets) {
          socket.resume().once("close", () => {
            count++;
            if (count === 150) resolve();
          });
        }
      });
      const late = sleep(stage.patienceMs, "late", { ref: false });
      if ((await Promise.race([closed, late])) === "late") throw new Error("the sockets over the limit stayed open");
      return "turned away";
    },
  },
  {
    name: "connections that come and go",
    vector: "sockets",
    role: "server",
    guard: "nothing is kept of a connection that ended",
    async run(stage) {
      for (let round = 0; round < 10; round++) {
        const sockets = many(stage, 100);
        await Promise.all(sockets.map((socket) => once(socket, "connect")));
        for (const [i, socket] of sockets.entries()) {
          if (i % 2 === 0) socket.resetAndDestroy();
          else socket.destroy();
        }
      }
      return "accepted";
    },
  },
  {
    name: "more connections than the process may have files",
    vector: "sockets",
    role: "server",
    guard: "those that do not fit are closed, and told; accepting goes on",
    victim: { openFilesMax: 256 },
    async run(stage) {
      const sockets = many(stage, 500);
      await Promise.all(sockets.map((socket) => (socket.connecting ? once(socket, "connect") : undefined)));
      // A client is connected before the server has accepted it.
      for (let looks = 0; process.platform === "linux"; looks++) {
        if (((await stage.state()).errors["listener"] ?? 0) > 0) break;
        if (looks > 2_000) throw new Error("onError heard nothing");
      }
      return "served on, and told";
    },
  },
];

export const socketAttacks: readonly ServerAttack[] = [...slow, ...foreign];
