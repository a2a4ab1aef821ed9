import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { HeaderList } from "../../src/base/transport.js";
import { Type } from "../specification/raw-peer.testing.js";
import { Attacker } from "./attacker.js";
import type { Child } from "./child.js";
import type { CallEnd, CallPlan, Served, VictimState } from "./protocol.js";

/** How long an attack waits for what its victim should do, in ms. */
const patienceMsDefault = 10_000;
/** With the guard away nothing comes, and there is no use in waiting for it long. */
const patienceMsUnguarded = 2_500;

/** What an attack cost the attacker. */
export interface Effort {
  readonly connections: number;
  readonly frames: number;
  readonly bytes: number;
  /** What the victim sent. */
  readonly receivedBytes: number;
}

/** Where an attack plays: its victim, and the hostile sockets, which all end with it. */
export abstract class Stage {
  readonly victim: Child;
  readonly patienceMs: number;
  /** Most that was reachable in the victim at `hold`, in bytes. */
  protected readonly sockets: Socket[] = [];
  protected readonly attackers: Attacker[] = [];

  constructor(victim: Child, unguarded: boolean) {
    this.victim = victim;
    this.patienceMs = unguarded ? patienceMsUnguarded : patienceMsDefault;
  }

  /** Measures what the victim holds at this point of the attack. */
  hold(): Promise<number> {
    return this.victim.call("hold");
  }

  state(): Promise<VictimState> {
    return this.victim.call("state");
  }

  effort(): Effort {
    const sum = (count: (socket: Socket) => number): number => this.sockets.reduce((all, one) => all + count(one), 0);
    return {
      connections: this.sockets.length,
      frames: this.attackers.reduce((all, { frames }) => all + frames, 0),
      bytes: sum(({ bytesWritten }) => bytesWritten),
      receivedBytes: sum(({ bytesRead }) => bytesRead),
    };
  }

  /** Lets go of the victim. */
  endAttack(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  protected keep(socket: Socket): Socket {
    this.sockets.push(socket);
    socket.on("error", () => undefined);
    return socket;
  }

  protected attacker(socket: Socket, role: "client" | "server"): Attacker {
    const attacker = new Attacker(socket, role, this.patienceMs);
    this.attackers.push(attacker);
    return attacker;
  }
}

/** Hostile clients against a server. */
export class ServerStage extends Stage {
  readonly port: number;

  constructor(victim: Child, served: Served, unguarded: boolean) {
    super(victim, unguarded);
    this.port = Number(served.address.slice(served.address.lastIndexOf(":") + 1));
  }

  /** A socket to the server, connected or about to be. */
  socket(): Socket {
    return this.keep(connect(this.port, "127.0.0.1"));
  }

  /** A socket that was made otherwise. */
  adopt(socket: Socket): Socket {
    return this.keep(socket);
  }

  /** A connection to which nothing was said yet. */
  connectSilent(): Attacker {
    return this.attacker(this.socket(), "client");
  }

  /** A connection that behaved so far. */
  async connect(): Promise<Attacker> {
    const attacker = this.connectSilent();
    await attacker.handshakeAsClient();
    return attacker;
  }
}

/** A hostile server against a channel. */
export class ClientStage extends Stage {
  readonly #server: Server;
  readonly #honestPort: number;
  readonly #waiting: Socket[] = [];
  #wake: (() => void) | undefined;
  #isOver = false;
  #isHonest = false;

  private constructor(victim: Child, server: Server, honest: Served, unguarded: boolean) {
    super(victim, unguarded);
    this.#server = server;
    this.#honestPort = Number(honest.address.slice(honest.address.lastIndexOf(":") + 1));
    server.on("connection", (socket) => this.#onConnection(socket));
  }

  static async start(victim: Child, honest: Served, unguarded: boolean): Promise<ClientStage> {
    const server = createServer({ noDelay: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new ClientStage(victim, server, honest, unguarded);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #onConnection(socket: Socket): void {
    this.keep(socket);
    if (this.#isOver && !this.#isHonest) socket.destroy();
    if (this.#isHonest) {
      const upstream = this.keep(connect(this.#honestPort, "127.0.0.1"));
      socket.pipe(upstream).pipe(socket);
      socket.on("close", () => upstream.destroy());
      return;
    }
    this.#waiting.push(socket);
    this.#wake?.();
  }

  /** Begins calls of the victim; what they end with comes once all have. */
  call(plan: CallPlan): Promise<CallEnd[]> {
    const ends = this.victim.call("calls", plan);
    ends.catch(() => undefined);
    return ends;
  }

  /** The victim's next connection. */
  async acceptSilent(): Promise<Attacker> {
    const signal = AbortSignal.timeout(this.patienceMs);
    for (;;) {
      const socket = this.#waiting.shift();
      if (socket !== undefined) return this.attacker(socket, "server");
      await new Promise<void>((resolve, reject) => {
        this.#wake = resolve;
        signal.addEventListener("abort", () => reject(new Error("the victim made no connection")), { once: true });
      });
    }
  }

  /** The victim's next connection, after a handshake that was right. */
  async accept(...pairs: number[]): Promise<Attacker> {
    const attacker = await this.acceptSilent();
    await attacker.handshakeAsServer(pairs);
    return attacker;
  }

  /** The victim's next connection and the stream of the first call on it. */
  async acceptCall(...pairs: number[]): Promise<{ attacker: Attacker; id: number; list: HeaderList }> {
    const attacker = await this.accept(...pairs);
    const { streamId, list } = await attacker.frame("a request", ({ type }) => type === Type.HEADERS);
    return { attacker, id: streamId, list: list ?? [] };
  }

  override endAttack(): void {
    this.#isOver = true;
    super.endAttack();
  }

  /** From now on every connection leads to an honest server. */
  turnHonest(): void {
    this.#isHonest = true;
  }

  close(): void {
    this.endAttack();
    this.#server.close();
  }
}

/** The statuses that calls ended with, each once. */
export function statusesOf(ends: readonly CallEnd[]): string {
  return [...new Set(ends.map(({ status }) => status))].sort().join(", ");
}

/** All calls ended with one of the statuses. */
export async function expectEnds(ends: Promise<CallEnd[]>, ...statuses: string[]): Promise<string> {
  const found = await ends;
  const wrong = found.find(({ status }) => !statuses.includes(status));
  if (wrong === undefined) return statusesOf(found);
  throw new Error(`a call ended with ${wrong.status} (${wrong.message}) instead of ${statuses.join(" or ")}`);
}
