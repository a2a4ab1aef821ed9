import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { SeededRandom } from "../simulation/seeded-random.js";
import { FaultPipe } from "./fault-pipe.js";
import type { ConnectionFaults } from "./faults.js";

interface Link {
  readonly up: FaultPipe;
  readonly down: FaultPipe;
  reset(): void;
}

/**
 * A TCP proxy on 127.0.0.1 in front of one server, for real processes: what it does to connections is decided by faults
 * and by chance that a seed gives.
 */
export class FaultProxy {
  readonly port: number;
  readonly #random: SeededRandom;
  readonly #links = new Set<Link>();
  #server: Server;
  #targetPort: number;
  #faultsOf: (random: SeededRandom) => ConnectionFaults = () => ({});
  #connections = 0;

  private constructor(server: Server, targetPort: number, seed: number) {
    this.#server = server;
    this.#targetPort = targetPort;
    this.port = (server.address() as AddressInfo).port;
    this.#random = new SeededRandom(seed);
    server.on("connection", this.#onConnection);
  }

  static async start(targetPort: number, seed: number): Promise<FaultProxy> {
    return new FaultProxy(await listening(0), targetPort, seed);
  }

  /** Connections that were taken so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Where new connections go to. */
  retarget(port: number): void {
    this.#targetPort = port;
  }

  /** What happens to connections from now on; each new one draws its own. */
  setFaults(faultsOf: (random: SeededRandom) => ConnectionFaults): void {
    this.#faultsOf = faultsOf;
  }

  /** What happens from now on to the connections that there are. */
  setLiveFaults(faults: ConnectionFaults): void {
    for (const { up, down } of this.#links) {
      up.faults = faults.up ?? {};
      down.faults = faults.down ?? {};
    }
  }

  /** Resets every connection. */
  resetAll(): void {
    for (const link of [...this.#links]) link.reset();
  }

  /** Connections are refused by the kernel until `accept`. Those that are there stay. */
  refuse(): void {
    this.#server.close();
  }

  async accept(): Promise<void> {
    this.#server = await listening(this.port);
    this.#server.on("connection", this.#onConnection);
  }

  async close(): Promise<void> {
    this.resetAll();
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    await closed;
  }

  readonly #onConnection = (client: Socket): void => {
    this.#connections++;
    const upstream = connect({ port: this.#targetPort, host: "127.0.0.1", allowHalfOpen: true });
    const { up = {}, down = {} } = this.#faultsOf(this.#random);
    const reset = (): void => {
      if (!this.#links.delete(link)) return;
      link.up.close();
      link.down.close();
      cut(client);
      cut(upstream);
    };
    const link: Link = {
      up: new FaultPipe(client, upstream, up, this.#random.fork(), reset),
      down: new FaultPipe(upstream, client, down, this.#random.fork(), reset),
      reset,
    };
    this.#links.add(link);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on("error", reset);
      socket.on("close", () => {
        if (client.destroyed && upstream.destroyed) this.#links.delete(link);
      });
    }
  };
}

/** By RST, where that can be: a socket that was ended and is reset is never closed by Node 20, and keeps it busy. */
function cut(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

async function listening(port: number): Promise<Server> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}
