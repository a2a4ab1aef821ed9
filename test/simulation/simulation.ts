import { Channel, type Interceptor, Server, type ServerErrorInfo } from "../../src/index.js";
import { Simulation } from "../gen/simulation_pb.js";
import { CallFacts } from "./call-facts.js";
import { makeCall } from "./caller.js";
import { simulatedCompression } from "./content.js";
import { EndpointClock } from "./endpoint-clock.js";
import { applyFault } from "./faults.js";
import { makeHandlers } from "./handlers.js";
import { checkLeftovers } from "./leftovers.js";
import { LinkAudit } from "./link-audit.js";
import { checkTimes } from "./oracle.js";
import { makePlan, type Plan } from "./plan.js";
import type { RunContext } from "./run-context.js";
import { sharedCodecs } from "./shared-codecs.js";
import { refusedConnection, SimulatedNetwork, stalledConnection } from "./simulated-network.js";
import { Violation, World } from "./world.js";

/** Simulated time that calls have to end: none is planned to take so long. */
const settleMs = 1_800_000;
/** Simulated time that closing may take: the longest grace there is, and more. */
const closeMs = 1_000_000;

/** How a run came out. */
export interface Result {
  readonly seed: number;
  readonly hash: string;
  readonly events: number;
  readonly calls: number;
  readonly violation: Violation | undefined;
}

/** Runs one seed. */
export async function simulate(seed: number, print?: (line: string) => void): Promise<Result> {
  const simulation = new SimulationRun(seed, print);
  const onRejection = (reason: unknown): void =>
    simulation.world.violate("rejection", `nobody handles ${reason instanceof Error ? reason.stack : String(reason)}`);
  process.on("unhandledRejection", onRejection);
  let violation: Violation | undefined;
  try {
    await simulation.run();
  } catch (error) {
    violation = error instanceof Violation ? error : new Violation("exception", String((error as Error).stack));
  } finally {
    process.off("unhandledRejection", onRejection);
  }
  const { log, events } = simulation.world;
  return { seed, hash: log.hash, events, calls: simulation.calls.length, violation };
}

/** One seed's machines, network and calls. */
export class SimulationRun implements RunContext {
  readonly world: World;
  readonly plan: Plan;
  readonly clientClock: EndpointClock;
  readonly serverClock: EndpointClock;
  readonly calls: readonly CallFacts[];
  readonly network: SimulatedNetwork;
  readonly audits: LinkAudit[] = [];
  disturbance: string | undefined;
  closing = false;
  cutMs: number = Number.POSITIVE_INFINITY;
  refused = false;
  longWaits = false;
  running = 0;
  readonly #servers: Map<number, Server> = new Map();
  readonly #channels: Channel[] = [];
  #closesPending = 0;

  constructor(seed: number, print?: (line: string) => void) {
    this.world = new World(seed, print);
    this.plan = makePlan(this.world.random.fork());
    this.clientClock = new EndpointClock(this.world.time);
    this.serverClock = new EndpointClock(this.world.time);
    this.calls = this.plan.calls.map((plan) => new CallFacts(plan));
    const lifetimes = Object.keys(this.plan.server.connection ?? {}).length > 0;
    if (lifetimes || usesKeepalive(this.plan) || this.plan.impatient) this.disturbance = "connections have a lifetime";
    const pathRandom = this.world.random.fork();
    this.network = new SimulatedNetwork(this.world, this.world.random.fork(), () => this.plan.makePath(pathRandom), {
      onLink: (link) => this.#onLink(link),
      onDisturbance: (what) => this.disturb(what),
    });
    this.world.checks.push(() => this.#check());
  }

  disturb(what: string): void {
    if (what === refusedConnection || what === stalledConnection) this.refused = true;
    this.disturbance ??= what;
  }

  #onLink(link: LinkAudit["link"]): void {
    const serverWindowBytes = this.plan.server.http2?.connectionWindowBytes ?? 65_535;
    const bounds = { messageBytesMax: this.plan.messageBytesMax };
    const audit = new LinkAudit(this.world, link, serverWindowBytes, bounds, () => this.network.forget(link));
    this.audits.push(audit);
  }

  #check(): void {
    for (const audit of this.audits) if (this.network.links.has(audit.link)) audit.check();
    checkTimes(this);
  }

  // ---- the run ----------------------------------------------------------------------------------------------------

  async run(): Promise<void> {
    const { world, plan } = this;
    world.log.explain("plan", JSON.stringify({ ...plan, calls: plan.calls.length }));
    for (const port of plan.ports) this.startServer(port);
    for (const options of plan.channels) this.#channels.push(this.#makeChannel(options));
    for (const facts of this.calls) this.#plan(facts);
    for (const fault of plan.faults) world.after(fault.atMs, () => applyFault(this, fault));
    if (plan.closeMs !== undefined) world.after(plan.closeMs, () => this.#close());
    const allOver = (): boolean => this.calls.every((facts) => facts.endedMs !== undefined);
    if (!(await world.run(allOver, settleMs))) this.#reportHanging();
    if (!this.closing) this.#close();
    const closed = await world.run(() => this.#closesPending === 0, world.time.nowMs() + closeMs);
    if (!closed) world.violate("closing", `${this.#closesPending} channels and servers do not close`);
    // What is due ends; what was set and never ends is found below.
    await world.run(() => false, world.time.nowMs() + settleMs);
    checkLeftovers(this);
    await world.run(() => true, 0);
  }

  #plan(facts: CallFacts): void {
    const { plan } = facts;
    const client = (this.#channels[plan.channel] as Channel).client(Simulation);
    this.world.after(plan.startMs, () => void makeCall(this, facts, client));
  }

  #reportHanging(): void {
    const hanging = this.calls.filter((facts) => facts.endedMs === undefined);
    const names = hanging.map(
      ({ plan, running }) => `${plan.id} (${plan.shape}, handler ${running ? "runs" : "does not run"})`,
    );
    this.world.violate("progress", `calls that do not end: ${names.join(", ")}`);
  }

  // ---- machines ---------------------------------------------------------------------------------------------------

  startServer(port: number): void {
    const { plan, world, serverClock, network } = this;
    const server = new Server({
      ...plan.server,
      compression: { ...plan.server.compression, custom: [simulatedCompression(serverClock)] },
      interceptors: plan.interceptors ? [passOn] : [],
      clock: serverClock,
      random: nextOf(world),
      network: network.seam,
      codecs: sharedCodecs,
      onError: (error, info) => this.#onServerError(error, info),
    });
    server.add(Simulation, makeHandlers(this));
    this.#servers.set(port, server);
    server.listen(`127.0.0.1:${port}`).catch((error: unknown) => world.violate("listening", String(error)));
  }

  /** Closes the server at a port, and starts another one in its place later. */
  restartServer(port: number, graceMs: number, awayMs: number): void {
    if (this.closing) return;
    this.disturb("a restart");
    this.#track((this.#servers.get(port) as Server).close({ graceMs }));
    this.#servers.delete(port);
    this.world.after(awayMs, () => {
      if (!this.closing) this.startServer(port);
    });
  }

  hasServer(port: number): boolean {
    return this.#servers.has(port);
  }

  #makeChannel(options: Plan["channels"][number]): Channel {
    const { plan, world, clientClock, network } = this;
    return new Channel(`ipv4:${plan.ports.map((port) => `127.0.0.1:${port}`).join(",")}`, {
      ...options,
      loadBalancing: plan.policy,
      compressions: [simulatedCompression(clientClock)],
      interceptors: plan.interceptors ? [passOn] : [],
      clock: clientClock,
      random: nextOf(world),
      network: network.seam,
      codecs: sharedCodecs,
      onFault: (fault) => world.violate("fault", String((fault as Error).stack)),
    });
  }

  #onServerError(error: unknown, info: ServerErrorInfo): void {
    const text = error instanceof Error ? error.message : String(error);
    this.world.log.note("server", `error of kind ${info.kind}:`, text);
    if (info.kind === "internal" || info.kind === "listener") {
      this.world.violate("fault", error instanceof Error ? String(error.stack) : text);
    } else if (info.kind === "connection" && !this.#isExpected(text)) {
      this.world.violate("fault", `our own client broke the protocol: ${text}`);
    } else if (info.kind === "handler" && !/^call \d+ breaks$/.test(text)) {
      this.world.violate("fault", `a handler failed by itself: ${error instanceof Error ? error.stack : text}`);
    }
  }

  #isExpected(text: string): boolean {
    if (text.includes("too_many_pings")) return this.plan.channels.some((one) => one.keepalive !== undefined);
    return text.includes("in time") && this.longWaits;
  }

  #close(): void {
    this.closing = true;
    this.disturb("the end");
    const { channelGraceMs, serverGraceMs } = this.plan;
    this.world.log.note("world", "close", channelGraceMs, serverGraceMs);
    this.cutMs = this.clientClock.nowMs() + channelGraceMs;
    for (const channel of this.#channels) this.#track(channel.close({ graceMs: channelGraceMs }));
    for (const server of this.#servers.values()) this.#track(server.close({ graceMs: serverGraceMs }));
  }

  #track(closed: Promise<void>): void {
    this.#closesPending++;
    closed.then(
      () => this.#closesPending--,
      (error: unknown) => this.world.violate("closing", String(error)),
    );
  }
}

function usesKeepalive(plan: Plan): boolean {
  return plan.server.keepalive?.intervalMs !== undefined || plan.channels.some((one) => one.keepalive !== undefined);
}

function nextOf(world: World): () => number {
  const random = world.random.fork();
  return () => random.next();
}

/** An interceptor that changes nothing, but is there. */
const passOn: Interceptor = (next) => async (request) => next(request);
