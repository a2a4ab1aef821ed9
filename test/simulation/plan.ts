import type { LoadBalancerPolicy } from "../../src/balance/load-balancer.js";
import { pickFirst } from "../../src/balance/pick-first.js";
import { blindlyInTurn, inTurn, leastCalls } from "../../src/client/policies.testing.js";
import { type CallPlan, chattyBytesMax, planCall } from "./call-plan.js";
import { type FaultPlan, planFaults } from "./fault-plan.js";
import type { PathOptions } from "./pipe.js";
import type { SeededRandom } from "./seeded-random.js";

type ServerOptions = NonNullable<ConstructorParameters<typeof import("../../src/index.js").Server>[0]>;
type ChannelOptions = NonNullable<ConstructorParameters<typeof import("../../src/index.js").Channel>[1]>;

/**
 * How much goes wrong. `calm`: nothing, so that only what a handler or a caller does may end a call with an error.
 * `gentle`: servers drain and come back, and let all calls end; no call that waits for a connection may notice. `rough`:
 * anything.
 */
export type Profile = "calm" | "gentle" | "rough";

/** All that a seed decides before the run begins. */
export interface Plan {
  readonly profile: Profile;
  readonly ports: readonly number[];
  readonly server: ServerOptions;
  readonly channels: readonly ChannelOptions[];
  readonly calls: readonly CallPlan[];
  readonly faults: readonly FaultPlan[];
  /** Some servers lose patience with slow readers, and say so with RESOURCE_EXHAUSTED. */
  readonly impatient: boolean;
  readonly interceptors: boolean;
  /** Channels and servers are closed while calls run, after so long; undefined: when all calls are over. */
  readonly closeMs: number | undefined;
  readonly channelGraceMs: number;
  readonly serverGraceMs: number;
  readonly receiveMessageBytesMax: number;
  readonly messageBytesMax: number;
  readonly makePath: (random: SeededRandom) => PathOptions;
  /** How calls are spread over several servers. */
  readonly policy: LoadBalancerPolicy;
}

const policies: readonly LoadBalancerPolicy[] = [pickFirst(), inTurn, blindlyInTurn, leastCalls];

const graces: readonly number[] = [0, 10, 1_000, 30_000];

export function makePlan(random: SeededRandom): Plan {
  const profile = random.pick<Profile>([
    "calm",
    "calm",
    "calm",
    "gentle",
    "gentle",
    "rough",
    "rough",
    "rough",
    "rough",
  ]);
  const rough = profile === "rough";
  const ports = random.chance(0.6) ? [1] : [1, 2];
  const receiveMessageBytesMax = random.chance(0.2) ? 20_000 : 4_194_304;
  // A run moves so many bytes at most, about: a few large messages, or many small ones.
  const bodyBytesMax = random.pick([20, 20, 500, 500, 5_000, 5_000, 50_000, 150_000]);
  const callCount = random.scale(3, bodyBytesMax > 5_000 ? 9 : 40);
  const activeMs = random.scale(20, 5_000);
  const channelCount = random.pick([1, 1, 2, 3]);
  const context = { channelCount, activeMs, bodyBytesMax, rough, much: random.chance(0.2) };
  const calls = Array.from({ length: callCount }, (_, id) => planCall(random, { ...context, id }));
  const starts = calls.map((call) => call.startMs);
  const impatient = rough && random.chance(0.1);
  return {
    profile,
    ports,
    impatient,
    calls,
    receiveMessageBytesMax,
    messageBytesMax: 2 * Math.max(bodyBytesMax, chattyBytesMax) + 1_000,
    server: planServer(random, profile, impatient, receiveMessageBytesMax),
    channels: Array.from({ length: channelCount }, () => planChannel(random, profile, receiveMessageBytesMax)),
    faults: planFaults(random, profile, ports, activeMs, starts),
    interceptors: random.chance(0.25),
    closeMs: profile !== "gentle" && random.chance(0.15) ? random.next() * activeMs * 1.5 : undefined,
    channelGraceMs: random.pick(graces),
    serverGraceMs: random.pick(graces),
    makePath: pathMaker(random),
    // Not by another draw: the seeds of old go on to mean what they meant.
    policy: policies[ports.length < 2 ? 0 : callCount % policies.length] as LoadBalancerPolicy,
  };
}

function pathMaker(random: SeededRandom): (random: SeededRandom) => PathOptions {
  const segmentBytesMax = random.pick([3, 12, 100, 1_500, 16_384]);
  const latencyMaxMs = random.pick([0.2, 5, 80]);
  const slow = random.chance(0.2);
  return (chance) => ({
    latencyMs: chance.next() * latencyMaxMs,
    jitterMs: chance.next() * latencyMaxMs,
    bytesPerMs: slow ? chance.scale(50, 2_000) : chance.scale(2_000, 1_000_000),
    sendBufferBytes: chance.scale(1_000, 100_000),
    receiveBufferBytes: chance.scale(2_000, 200_000),
    segmentBytesMax,
  });
}

function planLimits(random: SeededRandom): NonNullable<ServerOptions["limits"]> {
  if (random.chance(0.3)) return {};
  return {
    sendBufferBytesMax: random.scale(500, 1_000_000),
    connectionSendBufferBytesMax: random.scale(2_000, 16_000_000),
    outputBytesMax: random.scale(1_000, 262_144),
    receiveBufferBytesMax: random.scale(1_000, 8_000_000),
    unwritableBytesMax: random.scale(1_000, 262_144),
  };
}

function planServer(
  random: SeededRandom,
  profile: Profile,
  impatient: boolean,
  receiveMessageBytesMax: number,
): ServerOptions {
  const own = random.chance(0.6);
  const connection = profile === "calm" || random.chance(0.5) ? {} : planLifetime(random, profile);
  return {
    receiveMessageBytesMax,
    limits: {
      ...planLimits(random),
      concurrentStreamsMax: random.pick([1, 2, 5, 100]),
      // A drain waits no longer for a client's word than a handshake may take.
      ...(profile === "gentle" ? { handshakeTimeoutMs: random.scale(1_000, 2_000) } : {}),
      ...(impatient ? { stallTimeoutMs: random.scale(100, 5_000) } : {}),
    },
    http2: {
      streamWindowBytes: own ? random.scale(100, 300_000) : 65_535,
      connectionWindowBytes: own ? random.scale(65_535, 300_000) : 65_535,
      windowBytesMax: random.pick([0, 200_000, 16_777_216]),
      frameBytesMax: random.pick([16_384, 16_384, 60_000]),
    },
    connection,
    keepalive:
      profile !== "rough" || random.chance(0.5)
        ? {}
        : { intervalMs: random.scale(500, 30_000), timeoutMs: random.scale(100, 10_000) },
    pingPolicy: random.chance(0.5) ? { minIntervalMs: 0, permitWithoutCalls: true } : {},
    compression: { byDefault: random.chance(0.2), encodings: ["runs"], bytesMin: random.pick([0, 100]) },
  };
}

function planLifetime(random: SeededRandom, profile: Profile): NonNullable<ServerOptions["connection"]> {
  return {
    ...(random.chance(0.5) ? { idleMsMax: random.scale(5, 5_000) } : {}),
    ...(random.chance(0.7) ? { ageMsMax: random.scale(20, 5_000) } : {}),
    ...(profile === "rough" ? { ageGraceMs: random.scale(5, 10_000) } : {}),
  };
}

function planChannel(random: SeededRandom, profile: Profile, receiveMessageBytesMax: number): ChannelOptions {
  return {
    receiveMessageBytesMax,
    limits: planLimits(random),
    keepalive:
      profile !== "rough" || random.chance(0.6)
        ? undefined
        : {
            intervalMs: random.scale(10_000, 60_000),
            timeoutMs: random.scale(200, 20_000),
            withoutCalls: random.chance(0.3),
          },
    backoff: { initialMs: random.scale(10, 1_000), maxMs: random.scale(1_000, 10_000) },
    connectTimeoutMs: profile !== "rough" ? 20_000 : random.scale(200, 20_000),
    idleTimeoutMs: profile === "calm" || random.chance(0.7) ? 1_800_000 : random.scale(5, 5_000),
    waitForReady: random.chance(0.3),
    compression: random.chance(0.15) ? "runs" : undefined,
    compressBytesMin: random.pick([0, 50]),
    waitingCallsMax: random.chance(0.15) ? random.int(0, 3) : 65_536,
  };
}
