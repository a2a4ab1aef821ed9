import { ListenAddress, type Network } from "../../src/index.js";
import { DialAttempt } from "./dial-attempt.js";
import { type PathOptions, Pipe } from "./pipe.js";
import type { SeededRandom } from "./seeded-random.js";
import { SimulatedSocket } from "./simulated-socket.js";
import type { World } from "./world.js";

type ListenHandler = Parameters<Network["listen"]>[2];
type Listener = Awaited<ReturnType<Network["listen"]>>;

/** A connection, seen from above both ends. */
export interface Link {
  readonly number: number;
  readonly port: number;
  readonly client: SimulatedSocket;
  readonly server: SimulatedSocket;
}

/** Hears of what happens, to check it and to know what calls may have met. */
export interface NetworkWatch {
  onLink(link: Link): void;
  /** Something happened that may end connections or keep them from being made. */
  onDisturbance(what: string): void;
}

/** Nobody listens, or a dial was refused all the same. */
export const refusedConnection = "a refused connection";
/** Bytes wait for long. */
export const stalledConnection = "a stall";

/** All hosts and what lies between them. It fails as it is told to. Servers are known by their port. */
export class SimulatedNetwork {
  /** Connections with an end that is not closed. */
  readonly links: Set<Link> = new Set();
  /** Chance that a dial is refused although somebody listens. */
  refuseChance: number = 0;
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #makePath: () => PathOptions;
  readonly #watch: NetworkWatch;
  readonly #listeners: Map<number, ListenHandler> = new Map();
  readonly #partitioned: Set<number> = new Set();
  readonly #waiting: Set<DialAttempt> = new Set();
  #turn: (() => void)[] = [];
  #linkCount = 0;

  constructor(world: World, random: SeededRandom, makePath: () => PathOptions, watch: NetworkWatch) {
    this.#world = world;
    this.#random = random;
    this.#makePath = makePath;
    this.#watch = watch;
  }

  /** The seam that channels and servers take. */
  get seam(): Network {
    return {
      dial: (address, options, handler) => {
        const attempt = new DialAttempt(address, options, handler);
        this.#world.log.note("network", "dial", attempt.address.port ?? 0);
        this.#world.after(this.#random.scale(1, 30) / 10, () => this.#connect(attempt));
        return attempt;
      },
      listen: (target, _options, handler) => Promise.resolve(this.#listen(target, handler)),
      atTurnEnd: (callback, argument) => this.#atTurnEnd(() => callback(argument)),
    };
  }

  /** What a turn of an event loop gathers leaves together; some turns take longer than others. */
  #atTurnEnd(callback: () => void): void {
    this.#turn.push(callback);
    if (this.#turn.length > 1) return;
    this.#world.after(this.#random.chance(0.8) ? 0 : this.#random.next() * 0.3, () => {
      const callbacks = this.#turn;
      this.#turn = [];
      for (const one of callbacks) one();
    });
  }

  // ---- making connections -----------------------------------------------------------------------------------------

  #connect(attempt: DialAttempt): void {
    if (attempt.ended) return;
    const port = attempt.address.port ?? 0;
    if (this.#partitioned.has(port)) {
      this.#waiting.add(attempt);
      return;
    }
    const handler = this.#listeners.get(port);
    if (handler === undefined || this.#random.chance(this.refuseChance)) {
      this.#watch.onDisturbance(refusedConnection);
      attempt.refused();
      return;
    }
    const link = this.#makeLink(port);
    handler.onConnection(link.server, { address: `ipv4:${link.client.name}`, secure: false });
    this.#world.after(this.#random.next(), () => {
      // A caller that gave up meanwhile closes what it got.
      if (attempt.ended) link.client.destroy();
      else attempt.connected(link.client);
    });
  }

  #makeLink(port: number): Link {
    const number = ++this.#linkCount;
    const path = this.#makePath();
    const client = new SimulatedSocket(this.#world, this.#random, `client${number}`);
    const server = new SimulatedSocket(this.#world, this.#random, `server${number}`);
    client.peer = server;
    server.peer = client;
    client.out = new Pipe(this.#world, this.#random, path, client, server);
    server.out = new Pipe(this.#world, this.#random, path, server, client);
    const link = { number, port, client, server };
    this.#world.log.note("network", "link", number, port, JSON.stringify(path));
    this.links.add(link);
    this.#watch.onLink(link);
    return link;
  }

  /** To be called when both ends of a link are closed. */
  forget(link: Link): void {
    this.links.delete(link);
  }

  #listen(target: string, handler: ListenHandler): Listener {
    const port = Number(target.slice(target.lastIndexOf(":") + 1));
    if (this.#listeners.has(port)) throw new Error(`listen ${target}: the port is taken`);
    this.#listeners.set(port, handler);
    this.#world.log.note("network", "listen", port);
    return {
      address: new ListenAddress({ host: "127.0.0.1", port }),
      countSockets: () => Promise.resolve(this.links.size),
      close: () => {
        if (this.#listeners.get(port) !== handler) return;
        this.#listeners.delete(port);
        this.#world.log.note("network", "unlisten", port);
      },
    };
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  // ---- failing ----------------------------------------------------------------------------------------------------

  /** Something on the way cuts the connection: both ends hear of it, each at its time. */
  reset(link: Link): void {
    this.#watch.onDisturbance("a reset");
    this.#world.log.note("network", "cut", link.number);
    const first = this.#random.chance(0.5) ? link.client : link.server;
    first.out.close();
    first.peer.out.close();
    first.reset();
    this.#world.after(this.#random.next() * 20, () => first.peer.reset());
  }

  /** One end stops to speak, as a proxy does that lost the other side: the peer hears an end, and what it answers is reset. */
  halfClose(link: Link): void {
    this.#watch.onDisturbance("a half-close");
    this.#world.log.note("network", "half-close", link.number);
    const silent = this.#random.chance(0.5) ? link.client : link.server;
    silent.out.close();
    silent.peer.onFin();
    this.#world.after(this.#random.next() * 20, () => {
      silent.reset();
    });
  }

  /** Bytes in one or both directions wait. */
  stall(link: Link, ms: number): void {
    const pipes = this.#random.chance(0.5) ? [link.client.out, link.server.out] : [link.client.out];
    this.#watch.onDisturbance(stalledConnection);
    this.#world.log.note("network", "stall", link.number, pipes.length, ms);
    for (const pipe of pipes) pipe.freeze(true);
    this.#world.after(ms, () => {
      if (!this.#partitioned.has(link.port)) for (const pipe of pipes) pipe.freeze(false);
    });
  }

  /** Nothing comes from or goes to this port until it is healed. */
  partition(port: number): void {
    this.#watch.onDisturbance("a partition");
    this.#world.log.note("network", "partition", port);
    this.#partitioned.add(port);
    this.#freeze(port, true);
  }

  heal(port: number): void {
    if (!this.#partitioned.delete(port)) return;
    this.#world.log.note("network", "heal", port);
    this.#freeze(port, false);
    const waiting = [...this.#waiting].filter((attempt) => attempt.address.port === port);
    for (const attempt of waiting) {
      this.#waiting.delete(attempt);
      this.#world.after(this.#random.next() * 50, () => this.#connect(attempt));
    }
  }

  #freeze(port: number, frozen: boolean): void {
    for (const link of this.links) {
      if (link.port !== port) continue;
      link.client.out.freeze(frozen);
      link.server.out.freeze(frozen);
    }
  }
}
