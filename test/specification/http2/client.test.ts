import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RawPeer } from "../raw-peer.testing.js";
import { play } from "./case.testing.js";
import { clientCases } from "./client/all.js";
import { countsOf, expectedCounts } from "./h2spec-cases.testing.js";
import { handshakeWithClient } from "./handshake.testing.js";
import { acceptOne, startHelloClient } from "./our-client.testing.js";

describe("our client, by RFC 9113", () => {
  for (const clientCase of clientCases) {
    it(clientCase.name, async () => {
      const { port, accepted, close } = await acceptOne();
      const client = startHelloClient(port);
      const peer = new RawPeer(await accepted, "server");
      try {
        await handshakeWithClient(peer, clientCase.beforeSettings === true);
        await play(peer, clientCase);
        if (clientCase.hears !== undefined) assert.equal(client.request.log.at(-1), clientCase.hears);
        assert.deepEqual(client.faults, []);
      } finally {
        peer.destroy();
        close();
      }
    });
  }
});

it("h2spec's client cases are all here", () => {
  const ids = clientCases.flatMap((one) => one.h2spec ?? []);
  assert.equal(new Set(ids).size, ids.length, "a case of h2spec is named twice");
  assert.deepEqual(countsOf(ids), expectedCounts.client);
  assert.equal(ids.length, 57);
});
