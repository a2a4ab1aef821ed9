import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Channel,
  type ChannelOptions,
  type Client,
  Server,
  type ServerListenOptions,
  type ServerOptions,
  type Status,
} from "peregrine";
import { createTestCertificates, type TestCertificates } from "peregrine/testing";
import { Echo } from "../gen/echo_pb.js";
import { expectStatus } from "../interop/test-client.js";
import { addEcho } from "../peers/echo-service.js";

export type EchoClient = Client<typeof Echo>;

/** Thrown by a feature that this runtime lacks what it needs for. */
export class Skipped extends Error {}

/** One thing that users build on. Throws when it does not work. */
export interface Feature {
  readonly name: string;
  run(): Promise<void>;
}

export interface EchoSetup {
  readonly server?: ServerOptions;
  readonly listen?: ServerListenOptions;
  readonly channel?: ChannelOptions;
  readonly target?: string;
  /** Adds other handlers than those of the Echo service. */
  readonly add?: (server: Server) => void;
}

/** What a feature is tried with. */
export interface EchoPair {
  readonly echo: EchoClient;
  readonly channel: Channel;
  readonly server: Server;
  readonly address: string;
}

/** Gives a feature a server and a client, and closes both after it. */
export async function withEcho(use: (pair: EchoPair) => Promise<void>, setup: EchoSetup = {}): Promise<void> {
  await using server = new Server(setup.server);
  (setup.add ?? addEcho)(server);
  const address = `${await server.listen(setup.target ?? "127.0.0.1:0", setup.listen)}`;
  await using channel = new Channel(address, setup.channel);
  await use({ echo: channel.client(Echo), channel, server, address });
}

/** A folder that is gone afterwards. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "peregrine-"));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let made: TestCertificates | undefined;

export function certificates(): TestCertificates {
  made ??= createTestCertificates();
  return made;
}

/** Expects an `RpcError` with a code. */
export function fails(call: Promise<unknown>, code: Status, text?: string): Promise<void> {
  return expectStatus(call, code, text);
}
