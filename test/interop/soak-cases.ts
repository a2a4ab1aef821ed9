import assert from "node:assert/strict";
import { largeRequest, largeResponse } from "./cases.js";
import { type Case, payload, type TestClient } from "./test-client.js";

/** The official programs run 10 by default. */
export const soakIterations = 1_000;

/** Channels are what channel_soak tries; the official sizes would have it be about windows that are new each time. */
export const channelSoakBytes = 1_000;

async function iterate(client: TestClient, requestBytes: number, responseBytes: number): Promise<void> {
  const response = await client.unaryCall({ responseSize: responseBytes, payload: payload(requestBytes) });
  assert.equal(response.payload?.body.length, responseBytes);
}

/** All on one channel. */
const rpcSoak: Case = async ({ client }) => {
  for (let i = 0; i < soakIterations; i++) await iterate(client, largeRequest, largeResponse);
};

/** Each on a channel of its own. */
const channelSoak: Case = async ({ open }) => {
  for (let i = 0; i < soakIterations; i++) {
    const client = open();
    try {
      await iterate(client, channelSoakBytes, channelSoakBytes);
    } finally {
      await client.close();
    }
  }
};

export const soakCases: Readonly<Record<string, Case>> = { rpc_soak: rpcSoak, channel_soak: channelSoak };
