import { Child } from "../../bench/memory/child.js";
import { FaultProxy } from "./fault-proxy.js";
import type { LoadReport } from "./load.js";

/** Statuses that can be waited for, as the client process numbers them. */
const numbers = { any: 0, OK: 1, UNAVAILABLE: 2, DEADLINE_EXCEEDED: 3 } as const;

export interface ClientOptions {
  readonly port: number;
  readonly workers: number;
  readonly timeoutMs?: number;
  readonly waitForReady?: boolean;
  readonly keepaliveMs?: number;
}

/** A server in a process of its own. */
export class ServerProcess {
  readonly port: number;
  readonly #child: Child;

  private constructor(child: Child, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** @param port 0 for a free one */
  static async start(port: number = 0): Promise<ServerProcess> {
    const child = new Child("../../test/chaos/server-process");
    try {
      return new ServerProcess(child, (await child.ask("listen", port)) as number);
    } catch (error) {
      await child.stop();
      throw error;
    }
  }

  /** Drains and ends. Gives how long the drain took, in ms. */
  async drain(graceMs: number): Promise<number> {
    const tookMs = (await this.#child.ask("drain", graceMs)) as number;
    await this.kill();
    return tookMs;
  }

  /** SIGKILL: its sockets end as the kernel ends them. */
  kill(): Promise<void> {
    return this.#child.stop();
  }
}

/** A client under load in a process of its own. */
export class ClientProcess {
  readonly #child: Child = new Child("../../test/chaos/client-process");

  async start({ port, workers, timeoutMs = 0, waitForReady = false, keepaliveMs = 0 }: ClientOptions): Promise<void> {
    await this.#child.ask("start", port, workers, timeoutMs, waitForReady ? 1 : 0, keepaliveMs);
  }

  /** Waits until so many more calls have ended, with one status or with any. */
  async more(count: number, status: keyof typeof numbers = "any"): Promise<void> {
    await this.#child.ask("more", count, numbers[status]);
  }

  async report(): Promise<LoadReport> {
    return (await this.#child.ask("report")) as LoadReport;
  }

  async stop(waitMs: number): Promise<LoadReport> {
    return (await this.#child.ask("stop", waitMs)) as LoadReport;
  }

  end(): Promise<void> {
    return this.#child.stop();
  }
}

/** What a scenario has: processes and a proxy that are ended after it, however it ends. */
export class Cluster {
  readonly seed: number;
  readonly #servers = new Set<ServerProcess>();
  readonly #clients = new Set<ClientProcess>();
  readonly #proxies = new Set<FaultProxy>();

  constructor(seed: number) {
    this.seed = seed;
  }

  async server(port: number = 0): Promise<ServerProcess> {
    const server = await ServerProcess.start(port);
    this.#servers.add(server);
    return server;
  }

  async client(options: ClientOptions): Promise<ClientProcess> {
    const client = new ClientProcess();
    this.#clients.add(client);
    await client.start(options);
    return client;
  }

  async proxy(targetPort: number): Promise<FaultProxy> {
    const proxy = await FaultProxy.start(targetPort, this.seed);
    this.#proxies.add(proxy);
    return proxy;
  }

  async end(): Promise<void> {
    for (const client of this.#clients) await client.end();
    for (const proxy of this.#proxies) await proxy.close();
    for (const server of this.#servers) await server.kill();
  }
}
