import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { Channel } from "../client/channel.js";

/** How a command waits for its connection. */
export interface ConnectOptions {
  readonly timeoutMs: number;
  /** Goes on after failures. */
  readonly waitForReady?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects before anything is asked, so that what fails is told as what it is.
 *
 * @throws {RpcError} UNAVAILABLE when there is no connection in time; CANCELLED
 */
export async function connect(channel: Channel, { timeoutMs, waitForReady, signal }: ConnectOptions): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  let last: RpcError | undefined;
  for (;;) {
    const leftMs = Math.max(0, endMs - performance.now());
    try {
      return await channel.connect({ timeoutMs: leftMs, signal });
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      if (error.code === Status.DEADLINE_EXCEEDED) throw last ?? tooLate(channel, timeoutMs, error);
      if (error.code !== Status.UNAVAILABLE || waitForReady !== true) throw error;
      last = error;
    }
    try {
      await channel.waitForStateChange(channel.getState(), {
        timeoutMs: Math.max(0, endMs - performance.now()),
        signal,
      });
    } catch (error) {
      if (error instanceof RpcError && error.code === Status.DEADLINE_EXCEEDED) throw last;
      throw error;
    }
  }
}

function tooLate(channel: Channel, timeoutMs: number, cause: RpcError): RpcError {
  const text = `no connection to ${channel.target} within --connect-timeout (${timeoutMs} ms)`;
  return new RpcError(Status.UNAVAILABLE, text, { cause });
}
