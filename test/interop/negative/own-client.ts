import assert from "node:assert/strict";
import { Status } from "peregrine";
import { largeRequest, largeResponse } from "../cases.js";
import { openOwnClient } from "../own-client.js";
import { expectStatus, payload, type TestClient } from "../test-client.js";

type NegativeRun = (client: TestClient) => Promise<void>;

const caseMs = 20_000;

async function largeUnary(client: TestClient): Promise<void> {
  const response = await client.unaryCall({ responseSize: largeResponse, payload: payload(largeRequest) });
  assert.equal(response.payload?.body.length, largeResponse);
}

/** The server reset with NO_ERROR before its status came: INTERNAL, by the table of the gRPC specification. */
const fails: NegativeRun = (client) => expectStatus(largeUnary(client), Status.INTERNAL);

const twice: NegativeRun = async (client) => {
  await largeUnary(client);
  await largeUnary(client);
};

const maxStreams: NegativeRun = async (client) => {
  await largeUnary(client);
  await Promise.all(Array.from({ length: 10 }, () => largeUnary(client)));
};

/** What our client does in each negative case. */
export const ownNegativeCases: Readonly<Record<string, NegativeRun>> = {
  goaway: twice,
  rst_after_header: fails,
  rst_during_data: fails,
  rst_after_data: fails,
  ping: largeUnary,
  max_streams: maxStreams,
  data_frame_padding: largeUnary,
  no_df_padding_sanity_test: largeUnary,
};

/** Gives what went wrong, or undefined. */
export async function runOwnNegative(name: string, port: number): Promise<string | undefined> {
  const client = openOwnClient({ host: "127.0.0.1", port, tls: undefined });
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${caseMs} ms`)), caseMs);
  });
  try {
    await Promise.race([ownNegativeCases[name]!(client), tooLong]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    clearTimeout(timer);
    await client.close();
  }
}
