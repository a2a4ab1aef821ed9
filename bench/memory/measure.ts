import { Child } from "./child.js";
import type { Memory } from "./settle.js";

/** What one of many costs, in bytes. */
export interface PerItem {
  readonly rss: number;
  readonly heap: number;
  readonly external: number;
}

/** A server that is measured: the script `peers/<name>-server`. */
export type ServerName = "socket" | "peregrine" | "grpc-js";
export type ClientName = "peregrine" | "grpc-js";

export interface MeasureOptions {
  /** Connections or streams that are counted. */
  readonly count: number;
}

function perItem(before: Memory, after: Memory, count: number): PerItem {
  const share = (name: keyof Memory): number => Math.round((after[name] - before[name]) / count);
  return { rss: share("rss"), heap: share("heap"), external: share("external") };
}

/** Code is compiled and pools are filled by so many items that come and go before the measuring. */
const warmUpCount = 500;

/**
 * What an idle connection costs a server.
 *
 * @param called whether each has had one unary call
 */
export async function connectionBytes(name: ServerName, called: boolean, { count }: MeasureOptions): Promise<PerItem> {
  const server = new Child(`peers/${name}-server`);
  const crowd = new Child("crowd");
  try {
    const port = (await server.ask("listen")) as number;
    const connect = async (connections: number): Promise<void> => {
      await crowd.ask("connect", port, connections, name === "socket" ? 0 : 1);
      if (called) await crowd.ask("call");
    };
    await connect(warmUpCount);
    await crowd.ask("close");
    const before = await server.memory();
    await connect(count);
    return perItem(before, await server.memory(), count);
  } finally {
    await crowd.stop();
    await server.stop();
  }
}

/** What an open stream costs a server: a bidirectional call that answered one message and waits, 100 of them a connection. */
export async function serverStreamBytes(name: ServerName, { count }: MeasureOptions): Promise<PerItem> {
  const perConnection = 100;
  const server = new Child(`peers/${name}-server`);
  const crowd = new Child("crowd");
  try {
    const port = (await server.ask("listen")) as number;
    await crowd.ask("connect", port, Math.ceil(count / perConnection), 1);
    await crowd.ask("open", Math.ceil(warmUpCount / 10));
    await crowd.ask("finish");
    const before = await server.memory();
    await crowd.ask("open", perConnection);
    return perItem(before, await server.memory(), count);
  } finally {
    await crowd.stop();
    await server.stop();
  }
}

/** What an open stream costs a client: the same calls, all on one channel, to a server of ours. */
export async function clientStreamBytes(name: ClientName, { count }: MeasureOptions): Promise<PerItem> {
  const server = new Child("peers/peregrine-server");
  const client = new Child(`peers/${name}-client`);
  try {
    const port = (await server.ask("listen")) as number;
    await client.ask("open", port, warmUpCount);
    await client.ask("finish");
    const before = await client.memory();
    await client.ask("open", port, count);
    return perItem(before, await client.memory(), count);
  } finally {
    await client.stop();
    await server.stop();
  }
}

/** One figure of the table. */
export interface Measurement {
  readonly what: string;
  readonly who: string;
  readonly bytes: PerItem;
}

/** All of the above, ours and grpc-js's in the same run. */
export async function measureAll(options: MeasureOptions): Promise<Measurement[]> {
  const all: Measurement[] = [];
  const add = async (what: string, who: string, measured: Promise<PerItem>): Promise<void> => {
    all.push({ what, who, bytes: await measured });
  };
  await add("connection, server", "bare socket", connectionBytes("socket", false, options));
  for (const name of ["peregrine", "grpc-js"] as const) {
    await add("connection, server", name, connectionBytes(name, false, options));
    await add("connection after a call, server", name, connectionBytes(name, true, options));
    await add("open stream, server", name, serverStreamBytes(name, options));
    await add("open stream, client", name, clientStreamBytes(name, options));
  }
  return all;
}
