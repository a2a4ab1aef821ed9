import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { PeerInfo } from "../base/transport.js";
import { type Listener, type ListenOptions, listen } from "./listen.js";
import { explainAcceptFailure, explainListenError, ListenError } from "./listen-errors.js";
import { TargetError } from "./target.js";

const folder = mkdtempSync(join(tmpdir(), "listen-"));
after(() => rmSync(folder, { recursive: true }));

interface Fixture {
  readonly listener: Listener;
  readonly errors: Error[];
  /** The next connection that the listener hands out. */
  next(): Promise<{ socket: Socket; peer: PeerInfo }>;
}

async function listening(
  target: string,
  options: ListenOptions,
  test: (fixture: Fixture) => Promise<void>,
): Promise<void> {
  const accepted: { socket: Socket; peer: PeerInfo }[] = [];
  const waiting: ((one: { socket: Socket; peer: PeerInfo }) => void)[] = [];
  const errors: Error[] = [];
  const closed: Promise<void>[] = [];
  const listener = await listen(target, options, {
    onConnection: (socket, peer) => {
      socket.on("error", () => {});
      socket.on("end", () => socket.end()).resume();
      closed.push(new Promise((resolve) => socket.once("close", () => resolve())));
      const taker = waiting.shift();
      if (taker === undefined) accepted.push({ socket, peer });
      else taker({ socket, peer });
    },
    onError: (error) => errors.push(error),
  });
  const next = (): Promise<{ socket: Socket; peer: PeerInfo }> => {
    const one = accepted.shift();
    return one === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(one);
  };
  try {
    await test({ listener, errors, next });
  } finally {
    listener.close();
    await Promise.all(closed);
  }
  assert.equal(await listener.countSockets(), 0);
}

async function connected(target: string): Promise<Socket> {
  const path = target.startsWith("unix:") ? target.slice(5) : undefined;
  const colon = target.lastIndexOf(":");
  const host = target.slice(0, colon).replace(/^\[|\]$/g, "");
  const socket = connect(path === undefined ? { host, port: Number(target.slice(colon + 1)) } : { path });
  await once(socket, "connect");
  return socket;
}

const handler = { onConnection: () => {}, onError: () => {} };

async function failure(target: string, options: ListenOptions = {}): Promise<Error> {
  try {
    (await listen(target, options, handler)).close();
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
  assert.fail(`listening on ${target} should have failed`);
}

describe("listen: TCP", () => {
  for (const [target, bound, peerName] of [
    ["127.0.0.1:0", /^127\.0\.0\.1:[1-9]\d*$/, /^ipv4:127\.0\.0\.1:\d+$/],
    ["ipv4:127.0.0.1:0", /^127\.0\.0\.1:[1-9]\d*$/, /^ipv4:127\.0\.0\.1:\d+$/],
    ["[::1]:0", /^\[::1\]:[1-9]\d*$/, /^ipv6:\[::1\]:\d+$/],
    ["ipv6:[::1]:0", /^\[::1\]:[1-9]\d*$/, /^ipv6:\[::1\]:\d+$/],
    ["localhost:0", /^(127\.0\.0\.1|\[::1\]):[1-9]\d*$/, /^ipv[46]:/],
  ] as const) {
    it(`listens on ${target} and says where`, () =>
      listening(target, {}, async ({ listener, next }) => {
        assert.match(`${listener.address}`, bound);
        const client = await connected(`${listener.address}`);
        const { peer } = await next();
        assert.match(peer.address, peerName);
        assert.equal(peer.secure, false);
        assert.equal(await listener.countSockets(), 1);
        client.destroy();
      }));
  }

  it("listens on all addresses, and shows IPv4 clients as IPv4", () =>
    listening(":0", {}, async ({ listener, next }) => {
      assert.match(`${listener.address}`, /^(\[::\]|0\.0\.0\.0):[1-9]\d*$/);
      const client = await connected(`127.0.0.1:${listener.address.port}`);
      assert.match((await next()).peer.address, /^ipv4:127\.0\.0\.1:\d+$/);
      client.destroy();
    }));

  it("keeps connections when it closes, and gives the port back", async () => {
    let target = "";
    await listening("127.0.0.1:0", {}, async ({ listener, next }) => {
      target = `${listener.address}`;
      const client = await connected(target);
      const { socket } = await next();
      listener.close();
      listener.close();
      await listening(target, {}, async (second) => assert.equal(`${second.listener.address}`, target));
      socket.write("still here");
      const [chunk] = (await once(client, "data")) as [Buffer];
      assert.equal(chunk.toString(), "still here");
      client.destroy();
    });
    await assert.rejects(connected(target), { code: "ECONNREFUSED" });
  });

  it("tells of an address in use", () =>
    listening("127.0.0.1:0", {}, async ({ listener }) => {
      const error = await failure(`${listener.address}`);
      assert.ok(error instanceof ListenError);
      assert.equal(error.code, "EADDRINUSE");
      assert.equal(
        error.message,
        `address in use: another process listens on ${listener.address}; stop it, or take another port (0 picks a free one)`,
      );
    }));

  it("tells of an address that this machine does not have", async () => {
    assert.match((await failure("192.0.2.1:0")).message, /^192\.0\.2\.1:0 is not an address of this machine: take one/);
    assert.match((await failure("nobody.invalid:0")).message, /the name nobody\.invalid cannot be resolved/);
  });

  it("tells of a target that is none", async () => {
    assert.ok((await failure("localhost")) instanceof TargetError);
  });

  it("goes on when a connection cannot be handled", async () => {
    const errors: Error[] = [];
    const reported: (() => void)[] = [];
    const listener = await listen(
      "127.0.0.1:0",
      {},
      {
        onConnection: () => {
          throw new Error("mistake");
        },
        onError: (error) => {
          errors.push(error);
          reported.shift()?.();
        },
      },
    );
    for (let i = 0; i < 2; i++) {
      const seen = new Promise<void>((resolve) => reported.push(resolve));
      const client = await connected(`${listener.address}`);
      client.resume().on("error", () => {});
      await seen;
      client.destroy();
    }
    listener.close();
    assert.equal(errors.length, 2);
    assert.match(errors[0]!.message, /could not be handled/);
    assert.match(String(errors[0]!.cause), /mistake/);
  });
});

describe("listen: Unix sockets", () => {
  it("listens on a path, and removes the file on close", async () => {
    const path = join(folder, "a.sock");
    await listening(`unix://${path}`, {}, async ({ listener, next }) => {
      assert.equal(`${listener.address}`, `unix:${path}`);
      const client = await connected(`${listener.address}`);
      assert.equal((await next()).peer.address, `unix:${path}`);
      assert.ok(statSync(path).isSocket());
      client.destroy();
    });
    assert.equal(existsSync(path), false);
  });

  it("takes over the file that a killed process left behind", async () => {
    const path = join(folder, "stale.sock");
    const script = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => console.log("up"))`;
    const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "close");
    assert.ok(existsSync(path));
    await listening(`unix:${path}`, {}, async ({ listener, next }) => {
      const client = await connected(`${listener.address}`);
      await next();
      client.destroy();
    });
  });

  it("leaves the socket of a living process alone", () =>
    listening(`unix:${join(folder, "live.sock")}`, {}, async ({ listener, next }) => {
      const error = await failure(`${listener.address}`);
      assert.ok(error instanceof ListenError);
      assert.equal(error.code, "EADDRINUSE");
      assert.match(error.message, /^address in use: another process listens on unix:.*take another path$/);
      const { socket } = await next();
      await once(socket, "close");
    }));

  it("leaves a file that is no socket alone", async () => {
    const path = join(folder, "precious");
    writeFileSync(path, "data");
    assert.match((await failure(`unix:${path}`)).message, /exists and is not a socket: it is left alone/);
    assert.equal(statSync(path).size, 4);
    mkdirSync(join(folder, "dir"));
    assert.match((await failure(`unix:${join(folder, "dir")}`)).message, /is not a socket/);
  });

  it("tells of a folder that is missing", async () => {
    const { message } = await failure(`unix:${join(folder, "no", "x.sock")}`);
    assert.match(message, /^cannot make the socket unix:.*: its folder does not exist$/);
  });
});

describe("listen: errors of the machine", () => {
  it("are explained", () => {
    const explain = (code: string, port: number): string =>
      explainListenError("t", { host: "h", port }, Object.assign(new Error("text"), { code })).message;
    assert.match(explain("EACCES", 80), /^no permission to listen on h:80: ports below 1024 need privileges/);
    assert.equal(explain("EACCES", 8080), "no permission to listen on h:8080");
    assert.match(explain("EAFNOSUPPORT", 1), /IPv6 switched off/);
    assert.match(explain("EADDRNOTAVAIL", 1), /^h:1 is not an address of this machine: take one/);
    assert.match(explain("EINVAL", 1), /^h:1 is not an address of this machine: take one/);
    const path = (code: string): string =>
      explainListenError("t", { path: "/x/s" }, Object.assign(new Error("text"), { code })).message;
    assert.equal(path("ENOENT"), "cannot make the socket unix:/x/s: its folder does not exist");
    assert.match(path("EINVAL"), /^the path of unix:\/x\/s is too long for a Unix socket/);
    assert.equal(explain("EWHATEVER", 1), "cannot listen on t: text");
  });

  it("of accepting are explained", () => {
    const explain = (code: string): string =>
      explainAcceptFailure("t", Object.assign(new Error("text"), { code })).message;
    assert.match(explain("EMFILE"), /^a connection to t could not be accepted: too many open files \(EMFILE\)/);
    assert.match(explain("ECONNABORTED"), /accepted: text$/);
  });

  it("running out of files does not stop a listener", { skip: process.platform === "win32" }, async () => {
    const url = new URL("./listen.js", import.meta.url).href;
    // The child may open so few files that most of our connections are too many for it.
    const script = `
      import { listen } from ${JSON.stringify(url)};
      const listener = await listen("127.0.0.1:0", {}, {
        onConnection: (socket) => socket.on("error", () => {}).resume().write("hello"),
        onError: () => {},
      });
      console.log(String(listener.address));`;
    const command = `ulimit -n 40 && exec "$0" --input-type=module -e "$1"`;
    const child = spawn("sh", ["-c", command, process.execPath, script], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const target = line.toString().trim();
    const first = await Promise.all(Array.from({ length: 60 }, () => greeting(target)));
    const turnedAway = first.filter(({ text }) => text !== "hello");
    assert.ok(turnedAway.length > 10 && turnedAway.length < 60, `${turnedAway.length} turned away`);
    for (const { socket } of first) socket.destroy();
    // Its files come back in its own time; a connection that it has no file for is closed without a word.
    for (;;) {
      const { socket, text } = await greeting(target);
      socket.destroy();
      if (text === "hello") break;
    }
    child.kill();
    await once(child, "close");
  });
});

/** Connects, and resolves with what came first: the greeting, or nothing when the connection was closed. */
function greeting(target: string): Promise<{ socket: Socket; text: string }> {
  const socket = connect({ host: "127.0.0.1", port: Number(target.split(":").at(-1)) });
  socket.on("error", () => {});
  return new Promise((resolve) => {
    socket.once("data", (chunk) => resolve({ socket, text: chunk.toString() }));
    socket.once("close", () => resolve({ socket, text: "" }));
  });
}
