import { setTimeout as sleep } from "node:timers/promises";
import { Channel, RpcError, statusName } from "peregrine";
import { Echo } from "../gen/echo_pb.js";
import type { HonestReport, Served } from "./protocol.js";

/** Between two honest calls, so that they measure the victim and do not load it. */
const pauseMs = 5;
/** An honest call must be answered in this time, or the attack has won. */
const answerMs = 5_000;

/** A client that means no harm: one small call after the other over one connection, each timed. */
export class HonestCaller {
  readonly #channel: Channel;
  readonly #echo;
  readonly #latenciesMs: number[] = [];
  readonly #failures: string[] = [];
  readonly #stop: AbortController = new AbortController();
  #calling: Promise<void> = Promise.resolve();

  constructor({ address, ca }: Served) {
    this.#channel = new Channel(address, ca === undefined ? {} : { tls: { ca } });
    this.#echo = this.#channel.client(Echo);
  }

  async callOnce(): Promise<void> {
    const startMs = performance.now();
    try {
      const { text } = await this.#echo.unary({ text: "honest" }, { timeoutMs: answerMs });
      if (text !== "honest") throw new Error(`the answer is ${JSON.stringify(text)}`);
      this.#latenciesMs.push(performance.now() - startMs);
    } catch (error) {
      this.#failures.push(describe(error));
    }
  }

  /** Calls until `end`. */
  begin(): void {
    this.#latenciesMs.length = 0;
    this.#calling = this.#callAllTheTime();
  }

  async #callAllTheTime(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.callOnce();
      await sleep(pauseMs);
    }
  }

  async end(): Promise<HonestReport> {
    this.#stop.abort();
    await this.#calling;
    await this.#channel.close({ graceMs: 0 });
    return this.report();
  }

  report(): HonestReport {
    const sorted = this.#latenciesMs.toSorted((a, b) => a - b);
    return {
      calls: sorted.length,
      failures: this.#failures,
      p50Ms: sorted[sorted.length >> 1] ?? 0,
      maxMs: sorted.at(-1) ?? 0,
    };
  }
}

/** A status with its message, or what else was thrown. */
export function describe(error: unknown): string {
  return error instanceof RpcError ? `${statusName(error.code)}: ${error.message}` : String(error);
}
