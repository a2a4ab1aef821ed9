import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { after, before, describe, it } from "node:test";
import { ACK, END_STREAM, frame, headers, preface, settings, settingsAck } from "../../../src/http2/frames.testing.js";
import { type FrameEvent, RawPeer, Type } from "../raw-peer.testing.js";
import { type Case, drained, play } from "./case.testing.js";
import { clientCases } from "./client/all.js";
import { handshakeWithClient, handshakeWithServer } from "./handshake.testing.js";
import { acceptOne } from "./our-client.testing.js";
import { serverCases } from "./server/all.js";

// A case that nothing can fail is worth nothing. So each is played against ends that do wrong: one that hangs up at the first
// frame behind the handshake, one that takes everything, and one that answers everything with an error.

type Answer = (peer: RawPeer, frame: FrameEvent) => void;

const hangUp: Answer = (peer) => peer.end();

const takeAll: Answer = (peer, { type, flags, streamId, payload }) => {
  if (type === Type.PING) peer.send(frame(Type.PING, ACK, 0, payload));
  if (type === Type.SETTINGS && (flags & ACK) === 0) peer.send(settingsAck);
  if (type === Type.HEADERS) peer.send(headers(streamId, [":status", "200"], END_STREAM));
};

/** Refuses with a code that no case waits for. */
const refuseAll: Answer = (peer) => {
  peer.send(frame(Type.GOAWAY, 0, 0, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0x0d)));
  peer.end();
};

/** Cases that look for an error: an end that takes everything must fail them, at the PING behind the script. */
function wantsError({ expect }: Case): boolean {
  return expect !== drained && /^(GOAWAY|RST_STREAM) \w+( or \w+)* (and|on)|^the end/.test(expect.name);
}

async function mustFail(peer: RawPeer, one: Case, handshake: Promise<void>): Promise<void> {
  try {
    await handshake;
    await assert.rejects(play(peer, one), one.name);
  } finally {
    peer.destroy();
  }
}

/** Answers each frame behind the opening, until the socket is closed. */
async function behave(peer: RawPeer, answer: Answer): Promise<void> {
  for (;;) {
    const event = await peer.next("a frame");
    if (event.kind === "closed") return;
    if (event.kind === "frame") answer(peer, event);
  }
}

describe("wrong servers", () => {
  let answer: Answer = takeAll;
  const server = createServer((socket) => {
    const peer = new RawPeer(socket, "server");
    const serve = async (): Promise<void> => {
      await peer.next("the preface");
      await peer.next("SETTINGS");
      peer.send(settings(3, 100), settingsAck);
      await peer.next("the ack");
      await behave(peer, answer);
    };
    void serve().finally(() => peer.destroy());
  });
  let port = 0;
  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  });
  after(() => server.close());

  const play = async (wrong: Answer, one: Case): Promise<void> => {
    answer = wrong;
    const peer = RawPeer.connect(port);
    await mustFail(peer, one, handshakeWithServer(peer));
  };

  it("that hang up fail every case", async () => {
    for (const one of serverCases) await play(hangUp, one);
  });

  it("that refuse everything fail every case", async () => {
    for (const one of serverCases) await play(refuseAll, one);
  });

  it("that take everything fail every case of an error", async () => {
    const errors = serverCases.filter(wantsError);
    assert.ok(errors.length > 100);
    for (const one of errors) await play(takeAll, one);
  });
});

describe("wrong clients", () => {
  const play = async (wrong: Answer, one: Case, beforeSettings: boolean): Promise<void> => {
    const { port, accepted, close } = await acceptOne();
    const client = new RawPeer(connect(port, "127.0.0.1"), "client");
    client.send(preface, settings(), headers(1, [":method", "GET", ":scheme", "http", ":path", "/"], END_STREAM));
    const behaving = behave(client, (peer, event) => {
      const isOpening = event.type === Type.SETTINGS && !beforeSettings;
      if (!isOpening || wrong === takeAll) wrong(peer, event);
    });
    try {
      const peer = new RawPeer(await accepted, "server");
      await mustFail(peer, one, handshakeWithClient(peer, beforeSettings));
    } finally {
      client.destroy();
      await behaving;
      close();
    }
  };

  it("that hang up fail every case but those of a silent end", async () => {
    for (const one of clientCases) {
      if (one.expect.name !== "the end of the connection") await play(hangUp, one, one.beforeSettings === true);
    }
  });

  it("that take everything fail every case of an error", async () => {
    const errors = clientCases.filter(wantsError);
    assert.ok(errors.length > 40);
    for (const one of errors) await play(takeAll, one, one.beforeSettings === true);
  });
});
