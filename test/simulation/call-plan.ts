import type { SeededRandom } from "./seeded-random.js";

export type Shape = "unary" | "down" | "up" | "both";

/** How a handler ends: with all its responses, a status, another error, or not before it is told to. */
export type Outcome = "ok" | "status" | "error" | "hang" | "stubborn";

/** What both sides of one call do. */
export interface CallPlan {
  readonly id: number;
  readonly channel: number;
  readonly shape: Shape;
  readonly startMs: number;
  readonly timeoutMs: number | undefined;
  /** The caller aborts it so long after the start. */
  readonly cancelMs: number | undefined;
  /** The caller leaves the iteration after so many responses. */
  readonly leaveAfter: number | undefined;
  /** The iterable of requests throws instead of giving this one. */
  readonly requestThrowsAt: number | undefined;
  readonly waitForReady: boolean | undefined;
  readonly compress: boolean;
  readonly requestBytes: readonly number[];
  readonly responseBytes: readonly number[];
  /** Before each message, in ms. */
  readonly requestGapMs: number;
  readonly responseGapMs: number;
  /** Before each read, in ms. */
  readonly readGapMs: number;
  readonly handlerReadGapMs: number;
  readonly outcome: Outcome;
  /** The outcome comes behind so many responses. */
  readonly outcomeAfter: number;
  readonly code: number;
  /** The handler reads so many requests at most. */
  readonly readsAtMost: number;
  /** The handler asks for its signal. */
  readonly watchesSignal: boolean;
  readonly sendsHeadersEarly: boolean;
  /** Length of extra metadata, each way. */
  readonly metadataBytes: number;
}

/** Longest of very many messages: some are kept as they are, others gathered. */
export const chattyBytesMax = 2_000;

export interface CallPlanContext {
  readonly id: number;
  readonly channelCount: number;
  readonly activeMs: number;
  readonly bodyBytesMax: number;
  readonly rough: boolean;
  /** All calls have much metadata. */
  readonly much: boolean;
}

const codes: readonly number[] = [3, 5, 6, 9, 10, 15];

export function planCall(random: SeededRandom, context: CallPlanContext): CallPlan {
  const { id, channelCount, activeMs, bodyBytesMax, rough } = context;
  const shape = random.pick<Shape>(["unary", "down", "up", "both"]);
  const outcome = planOutcome(random, rough);
  const needsEnd = outcome === "hang";
  const timeoutMs = needsEnd || random.chance(0.4) ? random.scale(1, 10_000) : undefined;
  // Now and then so many messages that queues move what they hold to the front.
  const chatty = random.chance(0.04);
  const count = (): number => (chatty ? random.int(100, 300) : random.int(0, 6));
  const responses = shape === "down" || shape === "both" ? count() : 1;
  const requests = shape === "up" || shape === "both" ? count() : 1;
  const gap = (): number => (chatty || random.chance(0.6) ? 0 : random.scale(1, 200));
  const chattyBytes = chatty && random.chance(0.5) ? chattyBytesMax : 30;
  const body = (): number => bodyBytes(random, chatty ? chattyBytes : bodyBytesMax);
  return {
    id,
    channel: random.int(0, channelCount - 1),
    shape,
    // Some come together.
    startMs: random.chance(0.5) ? 0 : Math.floor(random.next() * activeMs),
    timeoutMs,
    cancelMs: random.chance(0.15) ? random.scale(1, 3_000) - 1 : undefined,
    leaveAfter: random.chance(0.1) ? random.int(0, 3) : undefined,
    requestThrowsAt: (shape === "up" || shape === "both") && random.chance(0.1) ? random.int(0, requests) : undefined,
    waitForReady: random.chance(0.3) ? true : undefined,
    compress: random.chance(0.2),
    requestBytes: Array.from({ length: requests }, body),
    responseBytes: Array.from({ length: responses }, body),
    requestGapMs: gap(),
    responseGapMs: gap(),
    readGapMs: gap(),
    handlerReadGapMs: gap(),
    outcome,
    outcomeAfter: random.int(0, responses),
    code: random.pick(codes),
    readsAtMost: random.chance(0.8) ? Number.POSITIVE_INFINITY : random.int(0, requests),
    watchesSignal: random.chance(0.5),
    sendsHeadersEarly: random.chance(0.3),
    metadataBytes: context.much || random.chance(0.3) ? random.scale(context.much ? 400 : 1, 1_500) : 0,
  };
}

function planOutcome(random: SeededRandom, rough: boolean): Outcome {
  if (random.chance(0.65)) return "ok";
  return random.pick<Outcome>(rough ? ["status", "error", "hang", "stubborn"] : ["status", "error", "hang"]);
}

/** Some are empty. */
function bodyBytes(random: SeededRandom, bodyBytesMax: number): number {
  return random.chance(0.1) ? 0 : random.scale(1, bodyBytesMax);
}
