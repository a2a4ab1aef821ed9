import type { CallFacts } from "./call-facts.js";
import type { EndpointClock } from "./endpoint-clock.js";
import type { Plan } from "./plan.js";
import type { World } from "./world.js";

/** What all parts of a run share. */
export interface RunContext {
  readonly world: World;
  readonly plan: Plan;
  readonly clientClock: EndpointClock;
  readonly serverClock: EndpointClock;
  readonly calls: readonly CallFacts[];
  /** When something first happened that may end connections, or keep them from being made, and what; world's time. */
  disturbance: string | undefined;
  /** Channels and servers are being closed: what still runs may be cut. */
  closing: boolean;
  /** When closed channels cut what still runs, by the callers' clock. */
  cutMs: number;
  /** Connections were refused or took too long to make: calls that do not wait may fail. */
  refused: boolean;
  /** Something waited, or a clock jumped, for longer than a server bears with a peer that does not read. */
  longWaits: boolean;
  /** Handlers and request iterables that have not ended. */
  running: number;
}

/** For the two sides: a message must be the one that is due. */
export function checkPiece(
  context: RunContext,
  facts: CallFacts,
  piece: { readonly call: number; readonly sequence: number; readonly body: Uint8Array },
  expected: { readonly sequence: number; readonly body: Uint8Array | undefined },
  where: string,
): void {
  const { id } = facts.plan;
  const { body } = expected;
  const place = `call ${id}: ${where} ${expected.sequence}`;
  if (piece.call !== id) context.world.violate("messages", `${place} is of call ${piece.call}`);
  else if (body === undefined) context.world.violate("messages", `${place} is one too many`);
  else if (piece.sequence !== expected.sequence)
    context.world.violate("messages", `${place} is number ${piece.sequence}`);
  else if (Buffer.compare(piece.body, body) !== 0) context.world.violate("messages", `${place} has another body`);
}
