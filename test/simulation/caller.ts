import type { MessageInitShape } from "peregrine/protobuf";
import { type CallOptions, type Client, type Metadata, RpcError } from "../../src/index.js";
import type { Piece, PieceSchema, Simulation } from "../gen/simulation_pb.js";
import type { CallFacts } from "./call-facts.js";
import { bodyOf, extraMetadata, sleep } from "./content.js";
import { checkEnd } from "./oracle.js";
import { checkPiece, type RunContext } from "./run-context.js";

type SimulationClient = Client<typeof Simulation>;
type Request = MessageInitShape<typeof PieceSchema>;

/** Makes one call, as its plan says, and tells the oracle how it ended. */
export async function makeCall(context: RunContext, facts: CallFacts, client: SimulationClient): Promise<void> {
  const { world, clientClock } = context;
  const { plan } = facts;
  facts.startedMs = clientClock.nowMs();
  world.log.note(`call ${plan.id}`, "starts", plan.shape);
  const options = optionsOf(context, facts);
  try {
    await perform(context, facts, client, options);
    end(context, facts, facts.status ?? 0, "");
  } catch (error) {
    if (!(error instanceof RpcError)) {
      world.violate("ending", `call ${plan.id} failed with ${String((error as Error).stack)}`);
      end(context, facts, -2, String(error));
      return;
    }
    end(context, facts, error.code, error.message);
  }
}

function end(context: RunContext, facts: CallFacts, status: number, message: string): void {
  const { world, clientClock } = context;
  facts.endedMs = clientClock.nowMs();
  facts.status = status;
  facts.message = message;
  facts.waitingSinceMs = undefined;
  world.log.note(`call ${facts.plan.id}`, "ends", status, message);
  checkEnd(context, facts);
}

function optionsOf(context: RunContext, facts: CallFacts): CallOptions {
  const { plan } = facts;
  const metadata: Record<string, string> = { "sim-call": String(plan.id) };
  for (const [name, value] of extraMetadata(plan)) metadata[name] = value;
  return {
    metadata,
    timeoutMs: plan.timeoutMs,
    signal: plan.cancelMs === undefined ? undefined : abortLater(context, facts, plan.cancelMs),
    waitForReady: plan.waitForReady,
    compress: plan.compress ? "runs" : undefined,
    onHeaders: (headers) => {
      if (++facts.headersTold > 1) context.world.violate("ending", `call ${plan.id} was told headers twice`);
      checkExtra(context, facts, headers);
    },
    onTrailers: () => {
      if (++facts.trailersTold > 1) context.world.violate("ending", `call ${plan.id} was told trailers twice`);
    },
  };
}

function checkExtra(context: RunContext, { plan }: CallFacts, headers: Metadata): void {
  if (extraMetadata(plan).every(([name, value]) => headers.get(name) === value)) return;
  context.world.violate("messages", `call ${plan.id}: the metadata of its response came changed`);
}

function abortLater(context: RunContext, facts: CallFacts, delayMs: number): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => {
    if (facts.endedMs !== undefined) return;
    facts.abortedMs = context.clientClock.nowMs();
    context.world.log.note(`call ${facts.plan.id}`, "is aborted");
    controller.abort(new Error("the plan says so"));
  };
  if (delayMs === 0) abort();
  else context.world.after(delayMs, abort);
  facts.callerSignal = controller.signal;
  return controller.signal;
}

async function perform(
  context: RunContext,
  facts: CallFacts,
  client: SimulationClient,
  options: CallOptions,
): Promise<void> {
  const { plan } = facts;
  facts.waitingSinceMs = context.clientClock.nowMs();
  switch (plan.shape) {
    case "unary":
      receive(context, facts, await client.unary(firstRequest(plan), options));
      return;
    case "up":
      receive(context, facts, await client.up(requestsOf(context, facts), options));
      return;
    case "down":
      await readAll(context, facts, client.down(firstRequest(plan), options));
      return;
    case "both":
      await readAll(context, facts, client.both(requestsOf(context, facts), options));
  }
}

function firstRequest(plan: CallFacts["plan"]): Request {
  return { call: plan.id, sequence: 0, body: bodyOf(plan.id, "request", 0, plan.requestBytes[0] as number) };
}

async function* requestsOf(context: RunContext, facts: CallFacts): AsyncGenerator<Request> {
  const { plan } = facts;
  context.running++;
  try {
    for (let sequence = 0; sequence <= plan.requestBytes.length; sequence++) {
      if (plan.requestGapMs > 0) await sleep(context.world.time, plan.requestGapMs);
      if (plan.requestThrowsAt === sequence) {
        facts.requestsThrew = true;
        throw new Error("the plan says so");
      }
      const byteCount = plan.requestBytes[sequence];
      if (byteCount === undefined) return;
      yield { call: plan.id, sequence, body: bodyOf(plan.id, "request", sequence, byteCount) };
    }
  } finally {
    context.running--;
  }
}

function receive(context: RunContext, facts: CallFacts, piece: Piece): void {
  const { plan } = facts;
  const sequence = facts.received;
  const byteCount = plan.responseBytes[sequence];
  const body = byteCount === undefined ? undefined : bodyOf(plan.id, "response", sequence, byteCount);
  checkPiece(context, facts, piece, { sequence, body }, "response");
  facts.received++;
}

async function readAll(
  context: RunContext,
  facts: CallFacts,
  responses: AsyncIterableIterator<Piece, undefined>,
): Promise<void> {
  const { plan } = facts;
  for (;;) {
    if (plan.leaveAfter === facts.received) {
      facts.status = -1;
      await responses.return?.();
      return;
    }
    facts.waitingSinceMs = undefined;
    if (plan.readGapMs > 0) await sleep(context.world.time, plan.readGapMs);
    facts.waitingSinceMs = context.clientClock.nowMs();
    const result = await responses.next();
    if (result.done === true) break;
    receive(context, facts, result.value);
  }
  const after = await responses.next();
  if (after.done !== true) context.world.violate("ending", `call ${plan.id} gives messages behind its end`);
}
