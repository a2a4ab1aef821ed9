import type { MessageInitShape } from "peregrine/protobuf";
import { RpcError, type ServerContext, type ServiceImpl, type Status } from "../../src/index.js";
import type { Piece, PieceSchema, Simulation } from "../gen/simulation_pb.js";
import type { CallFacts } from "./call-facts.js";
import { bodyOf, extraMetadata, sleep } from "./content.js";
import { checkPiece, type RunContext } from "./run-context.js";

type Answer = MessageInitShape<typeof PieceSchema>;

/** A handler that looks at no signal ends after so long all the same. */
const stubbornMs = 15_000;

/** The service: each call finds its plan by the number in its metadata, does what that says, and notes it. */
export function makeHandlers(context: RunContext): ServiceImpl<typeof Simulation> {
  return {
    unary: (request, call) => answerOne(context, one(request), call),
    down: (request, call) => answerMany(context, one(request), call),
    up: (requests, call) => answerOne(context, requests, call),
    both: (requests, call) => answerMany(context, requests, call),
  };
}

async function* one(request: Piece): AsyncGenerator<Piece> {
  yield request;
}

/** A call at the server, from its handler's begin to its end. */
class HandlerRun {
  readonly facts: CallFacts;
  readonly #context: RunContext;
  readonly #call: ServerContext;

  constructor(context: RunContext, call: ServerContext) {
    const id = Number(call.metadata.get("sim-call"));
    const facts = context.calls[id];
    if (facts === undefined) throw new Error(`no call has the number ${id}`);
    this.#context = context;
    this.#call = call;
    this.facts = facts;
    this.#begin();
  }

  #begin(): void {
    const { facts } = this;
    const { world, serverClock } = this.#context;
    const { plan } = facts;
    world.log.note(`call ${plan.id}`, "handler begins");
    facts.invocations++;
    if (facts.invocations > 1) world.violate("once", `call ${plan.id}: its handler ran twice`);
    facts.running = true;
    this.#context.running++;
    const leftMs = this.#call.timeRemainingMs();
    if (leftMs !== Number.POSITIVE_INFINITY) facts.handlerDeadlineMs = serverClock.nowMs() + leftMs;
    if ((leftMs === Number.POSITIVE_INFINITY) !== (plan.timeoutMs === undefined)) {
      world.violate("deadline", `call ${plan.id}: its handler sees ${leftMs} ms for a timeout of ${plan.timeoutMs}`);
    }
    if (plan.watchesSignal || plan.outcome === "hang") facts.signal = this.#call.signal;
    for (const [name, value] of extraMetadata(plan)) this.#metadata(name, value);
    if (plan.sendsHeadersEarly) this.#call.sendHeaders();
    if (plan.compress) this.#call.compress = true;
  }

  #metadata(name: string, value: string): void {
    if (this.#call.metadata.get(name) !== value) {
      this.#context.world.violate("messages", `call ${this.facts.plan.id}: its metadata came changed`);
    }
    this.#call.responseHeaders.set(name, value);
    this.#call.responseTrailers.set(name, value);
  }

  /** How the handler came out. */
  end(how: CallFacts["handlerEnd"]): void {
    const { facts } = this;
    facts.running = false;
    facts.handlerEnd = how;
    this.#context.running--;
    this.#context.world.log.note(`call ${facts.plan.id}`, "handler ends", String(how), facts.sent);
  }

  /** Reads up to the next message; false behind the last. */
  async read(requests: AsyncIterator<Piece>): Promise<boolean> {
    const { facts } = this;
    const { plan } = facts;
    if (plan.handlerReadGapMs > 0) await sleep(this.#context.world.time, plan.handlerReadGapMs);
    const result = await requests.next();
    const sequence = facts.requestsRead;
    if (result.done === true) {
      if (sequence < plan.requestBytes.length || plan.requestThrowsAt !== undefined) {
        this.#context.world.violate("messages", `call ${plan.id}: its requests end after ${sequence}`);
      }
      return false;
    }
    const byteCount = plan.requestBytes[sequence];
    const body = byteCount === undefined ? undefined : bodyOf(plan.id, "request", sequence, byteCount);
    checkPiece(this.#context, facts, result.value, { sequence, body }, "request");
    facts.requestsRead++;
    return true;
  }

  async answer(): Promise<Answer> {
    const { facts } = this;
    const { plan } = facts;
    if (plan.responseGapMs > 0) await sleep(this.#context.world.time, plan.responseGapMs);
    const sequence = facts.sent++;
    return {
      call: plan.id,
      sequence,
      body: bodyOf(plan.id, "response", sequence, plan.responseBytes[sequence] as number),
    };
  }

  /** Where the handler has come to its outcome, and that is not a good one. */
  async comeOut(): Promise<void> {
    const { plan, signal } = this.facts;
    if (plan.outcome === "status") throw new RpcError(plan.code as Status, `call ${plan.id} fails`);
    if (plan.outcome === "error") throw new TypeError(`call ${plan.id} breaks`);
    if (plan.outcome === "stubborn") await sleep(this.#context.world.time, stubbornMs);
    if (plan.outcome === "hang" && signal !== undefined) await aborted(signal);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

async function answerOne(context: RunContext, requests: AsyncIterable<Piece>, call: ServerContext): Promise<Answer> {
  const run = new HandlerRun(context, call);
  return settled(run, async () => {
    const { plan } = run.facts;
    const iterator = requests[Symbol.asyncIterator]();
    while (run.facts.requestsRead < plan.readsAtMost && (await run.read(iterator)));
    if (plan.readsAtMost !== Number.POSITIVE_INFINITY) await iterator.return?.();
    await run.comeOut();
    return run.answer();
  });
}

async function settled<T>(run: HandlerRun, work: () => Promise<T>): Promise<T> {
  try {
    const value = await work();
    run.end(run.facts.plan.outcome === "hang" ? "stopped" : "ok");
    return value;
  } catch (error) {
    run.end(endOf(error, run));
    throw error;
  }
}

/** What the handler itself threw, or what the end of its call made it throw. */
function endOf(error: unknown, run: HandlerRun): CallFacts["handlerEnd"] {
  const { plan } = run.facts;
  if (!(error instanceof RpcError)) return error instanceof TypeError ? "error" : "stopped";
  return error.message === `call ${plan.id} fails` ? error.code : "stopped";
}

async function* answerMany(
  context: RunContext,
  requests: AsyncIterable<Piece>,
  call: ServerContext,
): AsyncGenerator<Answer> {
  const run = new HandlerRun(context, call);
  let how: CallFacts["handlerEnd"] = "stopped";
  try {
    const { plan } = run.facts;
    const iterator = requests[Symbol.asyncIterator]();
    let more = true;
    // Request and response take turns; whichever are more come behind.
    for (let sequence = 0; sequence <= plan.responseBytes.length; sequence++) {
      if (plan.outcome !== "ok" && sequence === plan.outcomeAfter) await run.comeOut();
      if (more && run.facts.requestsRead < plan.readsAtMost) more = await run.read(iterator);
      if (sequence < plan.responseBytes.length) yield await run.answer();
    }
    while (more && run.facts.requestsRead < plan.readsAtMost) more = await run.read(iterator);
    how = plan.outcome === "hang" ? "stopped" : "ok";
  } catch (error) {
    how = endOf(error, run);
    throw error;
  } finally {
    run.end(how);
  }
}
