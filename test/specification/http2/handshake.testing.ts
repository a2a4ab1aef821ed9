import assert from "node:assert/strict";
import { ACK, preface, settings, settingsAck } from "../../../src/http2/frames.testing.js";
import { type RawPeer, Type } from "../raw-peer.testing.js";

/** Preface and SETTINGS of both sides; the server knows that we took its own. */
export async function handshakeWithServer(peer: RawPeer): Promise<void> {
  peer.send(preface, settings(4, 65_535));
  let isFirst = true;
  await peer.untilFrame("the server's SETTINGS and its ack of ours", ({ type, flags }) => {
    if (isFirst && (type !== Type.SETTINGS || (flags & ACK) !== 0)) throw new Error("the first frame is not SETTINGS");
    isFirst = false;
    return type === Type.SETTINGS && (flags & ACK) !== 0;
  });
  peer.send(settingsAck);
}

/** The client's preface and SETTINGS, and unless the case begins before: our SETTINGS, its ack and its request. */
export async function handshakeWithClient(peer: RawPeer, beforeSettings: boolean): Promise<void> {
  assert.equal((await peer.next("the preface")).kind, "preface");
  const first = await peer.next("SETTINGS");
  assert.ok(first.kind === "frame" && first.type === Type.SETTINGS);
  if (beforeSettings) return;
  peer.send(settings(4, 65_535), settingsAck);
  await peer.untilFrame("the request", ({ type, streamId }) => type === Type.HEADERS && streamId === 1);
}
