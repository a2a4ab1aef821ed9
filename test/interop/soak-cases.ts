import assert from "node:assert/strict";
import { largeRequest, largeResponse } from "./cases.js";
import { type Case, payload, type TestClient } from "./test-client.js";

/** The official programs run 10 by default. */
export const soakIterations = 1_000;

async function iterate(client: TestClient): Promise<void> {
  const response = await client.unaryCall({ responseSize: largeResponse, payload: payload(largeRequest) });
  assert.equal(response.payload?.body.length, largeResponse);
}

/** All on one channel. */
const rpcSoak: Case = async ({ client }) => {
  for (let i = 0; i < soakIterations; i++) await iterate(client);
};

/** Each on a channel of its own. */
const channelSoak: Case = async ({ open }) => {
  for (let i = 0; i < soakIterations; i++) {
    const client = open();
    try {
      await iterate(client);
    } finally {
      await client.close();
    }
  }
};

export const soakCases: Readonly<Record<string, Case>> = { rpc_soak: rpcSoak, channel_soak: channelSoak };
