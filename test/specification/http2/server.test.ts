import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ErrorCode } from "../../../src/base/transport.js";
import { ACK, ascii, frame, preface, settings, settingsAck } from "../../../src/http2/frames.testing.js";
import { codeOf, RawPeer, Type } from "../raw-peer.testing.js";
import { play } from "./case.testing.js";
import { countsOf, expectedCounts } from "./h2spec-cases.testing.js";
import { handshakeWithServer } from "./handshake.testing.js";
import { type HelloServer, startHelloServer } from "./hello-server.testing.js";
import { serverCases } from "./server/all.js";

let server: HelloServer;
before(async () => {
  server = await startHelloServer();
});
after(() => {
  server.close();
  assert.deepEqual(server.faults, []);
});

async function connected(use: (peer: RawPeer) => Promise<void>): Promise<void> {
  const peer = RawPeer.connect(server.port);
  try {
    await use(peer);
  } finally {
    peer.destroy();
  }
}

describe("our server, by RFC 9113 and RFC 7541", () => {
  for (const serverCase of serverCases) {
    it(serverCase.name, () =>
      connected(async (peer) => {
        await handshakeWithServer(peer);
        await play(peer, serverCase);
      }),
    );
  }
});

describe("our server's preface, by RFC 9113 section 3.4", () => {
  it("the first frame is SETTINGS (h2spec generic/1/1, http2/3.5/1)", () =>
    connected(async (peer) => {
      peer.send(preface, settings(4, 65_535));
      const first = await peer.next("SETTINGS");
      assert.ok(first.kind === "frame" && first.type === Type.SETTINGS && (first.flags & ACK) === 0);
    }));

  it("an invalid preface: GOAWAY PROTOCOL_ERROR and the end (h2spec http2/3.5/2)", () =>
    connected(async (peer) => {
      peer.send(ascii("INVALID CONNECTION PREFACE\r\n\r\n"));
      const goaway = await peer.untilFrame("GOAWAY", ({ type }) => type === Type.GOAWAY);
      assert.equal(codeOf(goaway), ErrorCode.PROTOCOL_ERROR);
      await peer.until("the end", ({ kind }) => kind === "closed");
    }));

  it("a first frame other than SETTINGS: GOAWAY PROTOCOL_ERROR and the end", () =>
    connected(async (peer) => {
      peer.send(preface, frame(6, 0, 0, new Uint8Array(8)));
      const goaway = await peer.untilFrame("GOAWAY", ({ type }) => type === Type.GOAWAY);
      assert.equal(codeOf(goaway), ErrorCode.PROTOCOL_ERROR);
      await peer.until("the end", ({ kind }) => kind === "closed");
    }));

  it("requests may come before the server's SETTINGS were read", () =>
    connected(async (peer) => {
      const [request] = serverCases.find(({ name }) => name === "4 a GET request is answered")?.send ?? [];
      assert.ok(request instanceof Uint8Array);
      peer.send(preface, settings(), request, settingsAck);
      await peer.untilFrame("HEADERS", ({ type, streamId }) => type === Type.HEADERS && streamId === 1);
    }));
});

it("h2spec's server cases are all here", () => {
  const prefaceIds = ["generic/1/1", "http2/3.5/1", "http2/3.5/2"];
  const ids = [...prefaceIds, ...serverCases.flatMap((one) => one.h2spec ?? [])];
  assert.equal(new Set(ids).size, ids.length, "a case of h2spec is named twice");
  assert.deepEqual(countsOf(ids), expectedCounts.server);
  assert.equal(ids.length, 147);
});
