import type {
  AttemptProbe,
  CallProbe,
  ChannelProbe,
  ConnectionProbe,
  Probe,
  ServerProbe,
  SubchannelProbe,
} from "./probe.js";

/** One probe that tells several. */
export function joinProbes(...probes: readonly Probe[]): Probe {
  return new JoinedProbe(probes.flatMap(partsOfProbe));
}

/** Those that a probe was joined of, or itself: so that nobody is told twice who is in two of them. */
export function partsOfProbe(probe: Probe): readonly Probe[] {
  return probe instanceof JoinedProbe ? probe.parts : [probe];
}

class JoinedProbe implements Probe {
  readonly parts: readonly Probe[];

  constructor(parts: readonly Probe[]) {
    this.parts = [...new Set(parts)];
  }

  onServer(): ServerProbe | undefined {
    return joinServerProbes(gather(this.parts, (probe) => probe.onServer()));
  }

  onChannel(target: string): ChannelProbe | undefined {
    const channels = gather(this.parts, (probe) => probe.onChannel(target));
    return join(channels, joinChannels);
  }
}

/** The same of probes that are told of a server already. */
export function joinServerProbes(probes: readonly ServerProbe[]): ServerProbe | undefined {
  return join(probes, (servers) => ({
    onListen: (target) => each(servers, (server) => server.onListen(target)),
    onDrain: () => each(servers, (server) => server.onDrain()),
    onClosed: () => each(servers, (server) => server.onClosed()),
    onRefused: (reason) => each(servers, (server) => server.onRefused?.(reason)),
    onConnection: (connection) =>
      join(
        gather(servers, (server) => server.onConnection(connection)),
        joinConnections,
      ),
  }));
}

function joinChannels(channels: readonly ChannelProbe[]): ChannelProbe {
  return {
    onState: (state, reason) => each(channels, (channel) => channel.onState(state, reason)),
    onAddresses: (count) => each(channels, (channel) => channel.onAddresses(count)),
    onSubchannel: (address) =>
      join(
        gather(channels, (channel) => channel.onSubchannel(address)),
        joinSubchannels,
      ),
    onCall: (path) =>
      join(
        gather(channels, (channel) => channel.onCall(path)),
        joinCalls,
      ),
  };
}

function joinSubchannels(subchannels: readonly SubchannelProbe[]): SubchannelProbe {
  return {
    onState: (state, reason) => each(subchannels, (subchannel) => subchannel.onState(state, reason)),
    onConnection: (connection) =>
      join(
        gather(subchannels, (subchannel) => subchannel.onConnection(connection)),
        joinConnections,
      ),
  };
}

/** The same of probes that are told of a connection already. */
export function joinConnections(connections: readonly ConnectionProbe[]): ConnectionProbe {
  return {
    onCall: (path, headers) =>
      join(
        gather(connections, (connection) => connection.onCall(path, headers)),
        joinAttempts,
      ),
    onClosed: (reason) => each(connections, (connection) => connection.onClosed(reason)),
  };
}

function joinCalls(calls: readonly CallProbe[]): CallProbe {
  return { onEnd: (status, complete) => each(calls, (call) => call.onEnd(status, complete)) };
}

function joinAttempts(attempts: readonly AttemptProbe[]): AttemptProbe {
  return {
    ...joinCalls(attempts),
    onMessageSent: (byteCount) => each(attempts, (attempt) => attempt.onMessageSent(byteCount)),
    onMessageReceived: (byteCount) => each(attempts, (attempt) => attempt.onMessageReceived(byteCount)),
  };
}

function gather<From, To>(from: readonly From[], take: (one: From) => To | undefined): To[] {
  return from.map(take).filter((one) => one !== undefined);
}

/** Where one hears or none does, nothing stands in between. */
function join<T>(probes: readonly T[], make: (several: readonly T[]) => T): T | undefined {
  return probes.length > 1 ? make(probes) : probes[0];
}

function each<T>(probes: readonly T[], tell: (one: T) => void): void {
  for (const probe of probes) tell(probe);
}
