import type {
  AttemptProbe,
  CallProbe,
  ChannelProbe,
  ConnectionProbe,
  ObservedConnection,
  ObservedState,
  Probe,
  RefusalReason,
  ServerProbe,
  SubchannelProbe,
} from "./probe.js";
import type { Status } from "./status.js";
import type { HeaderList } from "./transport.js";

/**
 * The same probe, of which nothing reaches what it watches: an observer that fails must not fail a call, nor cost a connection. It goes on
 * being told.
 *
 * @param onFault hears what it throws, the first time
 */
export function guardProbe(probe: Probe, onFault: (fault: unknown) => void): Probe {
  return new GuardedProbe(probe, new Guard(onFault));
}

/** Runs what a probe does. One for all that came of one probe. */
class Guard {
  private readonly onFault: (fault: unknown) => void;
  private isTold = false;

  constructor(onFault: (fault: unknown) => void) {
    this.onFault = onFault;
  }

  /** Once: a probe that fails with each message would say so with each. */
  failed(fault: unknown): void {
    if (this.isTold) return;
    this.isTold = true;
    this.onFault(fault);
  }

  run(tell: () => void): void {
    try {
      tell();
    } catch (fault) {
      this.failed(fault);
    }
  }

  /** What a probe gives for something that is watched, behind this guard too. */
  made<Part>(make: () => Part | undefined, wrap: (part: Part) => Part): Part | undefined {
    try {
      const part = make();
      return part === undefined ? undefined : wrap(part);
    } catch (fault) {
      this.failed(fault);
      return undefined;
    }
  }
}

class Guarded<Part> {
  protected readonly part: Part;
  protected readonly guard: Guard;

  constructor(part: Part, guard: Guard) {
    this.part = part;
    this.guard = guard;
  }
}

class GuardedProbe extends Guarded<Probe> implements Probe {
  onServer(): ServerProbe | undefined {
    const { guard } = this;
    return guard.made<ServerProbe>(
      () => this.part.onServer(),
      (server) => new GuardedServer(server, guard),
    );
  }

  onChannel(target: string): ChannelProbe | undefined {
    const { guard } = this;
    return guard.made<ChannelProbe>(
      () => this.part.onChannel(target),
      (channel) => new GuardedChannel(channel, guard),
    );
  }
}

class GuardedServer extends Guarded<ServerProbe> implements ServerProbe {
  onListen(target: string): void {
    this.guard.run(() => this.part.onListen(target));
  }

  onDrain(): void {
    this.guard.run(() => this.part.onDrain());
  }

  onClosed(): void {
    this.guard.run(() => this.part.onClosed());
  }

  onRefused(reason: RefusalReason): void {
    this.guard.run(() => this.part.onRefused?.(reason));
  }

  onConnection(connection: ObservedConnection): ConnectionProbe | undefined {
    const { guard } = this;
    return guard.made<ConnectionProbe>(
      () => this.part.onConnection(connection),
      (made) => new GuardedConnection(made, guard),
    );
  }
}

class GuardedChannel extends Guarded<ChannelProbe> implements ChannelProbe {
  /** A probe that counts, as channelz does, gives the same object for each call: then so do we. */
  private lastCall: CallProbe | undefined = undefined;
  private guardedCall: CallProbe | undefined = undefined;

  onState(state: ObservedState, reason?: string): void {
    this.guard.run(() => this.part.onState(state, reason));
  }

  onAddresses(count: number): void {
    this.guard.run(() => this.part.onAddresses(count));
  }

  onSubchannel(address: string): SubchannelProbe | undefined {
    const { guard } = this;
    return guard.made<SubchannelProbe>(
      () => this.part.onSubchannel(address),
      (made) => new GuardedSubchannel(made, guard),
    );
  }

  onCall(path: string): CallProbe | undefined {
    try {
      const call = this.part.onCall(path);
      if (call === undefined) return undefined;
      if (call !== this.lastCall) this.guardedCall = new GuardedCall(call, this.guard);
      this.lastCall = call;
      return this.guardedCall;
    } catch (fault) {
      this.guard.failed(fault);
      return undefined;
    }
  }
}

class GuardedSubchannel extends Guarded<SubchannelProbe> implements SubchannelProbe {
  onState(state: ObservedState, reason?: string): void {
    this.guard.run(() => this.part.onState(state, reason));
  }

  onConnection(connection: ObservedConnection): ConnectionProbe | undefined {
    const { guard } = this;
    return guard.made<ConnectionProbe>(
      () => this.part.onConnection(connection),
      (made) => new GuardedConnection(made, guard),
    );
  }
}

class GuardedConnection extends Guarded<ConnectionProbe> implements ConnectionProbe {
  /** As `GuardedChannel.lastCall`. */
  private lastAttempt: AttemptProbe | undefined = undefined;
  private guardedAttempt: AttemptProbe | undefined = undefined;

  onCall(path: string, headers: HeaderList): AttemptProbe | undefined {
    try {
      const attempt = this.part.onCall(path, headers);
      if (attempt === undefined) return undefined;
      if (attempt !== this.lastAttempt) this.guardedAttempt = new GuardedAttempt(attempt, this.guard);
      this.lastAttempt = attempt;
      return this.guardedAttempt;
    } catch (fault) {
      this.guard.failed(fault);
      return undefined;
    }
  }

  onClosed(reason: string): void {
    this.guard.run(() => this.part.onClosed(reason));
  }
}

class GuardedCall extends Guarded<CallProbe> implements CallProbe {
  onEnd(status: Status, complete: boolean): void {
    try {
      this.part.onEnd(status, complete);
    } catch (fault) {
      this.guard.failed(fault);
    }
  }
}

/** At most one for each call, so it has no closures. */
class GuardedAttempt extends Guarded<AttemptProbe> implements AttemptProbe {
  onEnd(status: Status, complete: boolean): void {
    try {
      this.part.onEnd(status, complete);
    } catch (fault) {
      this.guard.failed(fault);
    }
  }

  onMessageSent(byteCount: number): void {
    try {
      this.part.onMessageSent(byteCount);
    } catch (fault) {
      this.guard.failed(fault);
    }
  }

  onMessageReceived(byteCount: number): void {
    try {
      this.part.onMessageReceived(byteCount);
    } catch (fault) {
      this.guard.failed(fault);
    }
  }
}
