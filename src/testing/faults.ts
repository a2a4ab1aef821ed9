import type { DescMethod, Message } from "@bufbuild/protobuf";
import {
  checkOptions,
  isAnything,
  isFunction,
  isNumber,
  isObjectWith,
  type OptionChecks,
} from "../base/check-option.js";
import type { Clock } from "../base/clock.js";
import { RpcError } from "../base/rpc-error.js";
import type { Status } from "../base/status.js";
import type { Interceptor, InterceptorRequest, InterceptorResponse } from "../call/interceptor.js";
import { sleep } from "./sleep.js";

/** What goes wrong, and with which calls. */
export interface Fault {
  /** Calls of this method alone, as descriptor or path, `/pkg.Service/Method`. Default all. */
  readonly method?: DescMethod | string | undefined;
  /** Calls for which this is true alone, at once or later: the message has to be awaited. Default all. */
  readonly when?: ((request: InterceptorRequest) => boolean | Promise<boolean>) | undefined;
  /** Each so many-th of those calls: 3 is the third, the sixth, ... Default 1, each. */
  readonly every?: number | undefined;
  /** No more than so many of them. Default without end. */
  readonly times?: number | undefined;
  /** They wait so long first, in ms. */
  readonly delayMs?: number | undefined;
  /** Done next, for instance `() => network.cut()`. */
  readonly run?: ((request: InterceptorRequest) => unknown) | undefined;
  /** They fail with this. */
  readonly fail?: RpcError | Status | undefined;
  /**
   * With `fail`: so many responses still come before; the call is made. 1 of a method with one response loses that response,
   * after the server has done its work. Default 0: the call is not made.
   */
  readonly afterResponses?: number | undefined;
}

const checks: OptionChecks<Fault> = {
  method: isAnything,
  when: isFunction,
  every: isNumber(1),
  times: isNumber(0),
  delayMs: isNumber(0),
  run: isFunction,
  fail: isAnything,
  afterResponses: isNumber(0),
};

/** Options of a fault injector. */
export interface FaultInjectorOptions {
  /** The time of `delayMs`. Default the machine's. */
  readonly clock?: Clock | undefined;
}

const injectorChecks: OptionChecks<FaultInjectorOptions> = { clock: isObjectWith("nowMs", "setTimer") };

/**
 * Lets calls fail, wait or lose their connection, at a client or a server: its `interceptor` goes into the `interceptors` of either.
 *
 * ```ts
 * const faults = new FaultInjector();
 * const channel = new Channel(target, { interceptors: [faults.interceptor] });
 * faults.add({ every: 3, fail: Status.UNAVAILABLE });
 * ```
 */
export class FaultInjector {
  readonly #clock: Clock | undefined;
  readonly #faults: Set<ActiveFault> = new Set();

  constructor(options: FaultInjectorOptions = {}) {
    checkOptions("options of a fault injector", options, injectorChecks);
    this.#clock = options.clock;
  }

  /**
   * Adds a fault. Of several that fit a call, each does its part, in order; the first one that fails it ends it.
   *
   * @returns takes it away again
   * @throws {TypeError} naming a part that is not known or out of its range
   */
  add(fault: Fault): () => void {
    checkOptions("the parts of a fault", fault, checks);
    const active = new ActiveFault(fault);
    this.#faults.add(active);
    return () => void this.#faults.delete(active);
  }

  /** Takes all faults away. */
  clear(): void {
    this.#faults.clear();
  }

  /** For the `interceptors` of a channel or a server. */
  readonly interceptor: Interceptor = (next) => async (request) => {
    const hit: ActiveFault[] = [];
    for (const fault of [...this.#faults]) if (await fault.hits(request)) hit.push(fault);
    let later: { readonly error: RpcError; readonly afterResponses: number } | undefined;
    for (const { fault } of hit) {
      if (fault.delayMs !== undefined) await sleep(fault.delayMs, request.signal, this.#clock);
      await fault.run?.(request);
      if (fault.fail === undefined) continue;
      const error = errorOf(fault.fail);
      const { afterResponses = 0 } = fault;
      if (afterResponses === 0) throw error;
      later ??= { error, afterResponses };
    }
    const response = await next(request);
    return later === undefined ? response : cutShort(response, later.error, later.afterResponses);
  };
}

class ActiveFault {
  readonly fault: Fault;
  #matched = 0;
  #hit = 0;

  constructor(fault: Fault) {
    this.fault = fault;
  }

  /** Counts, so once for each call. */
  async hits(request: InterceptorRequest): Promise<boolean> {
    const { method, when, every = 1, times = Number.POSITIVE_INFINITY } = this.fault;
    const named =
      method === undefined || (typeof method === "string" ? request.path === method : request.method === method);
    if (!named || this.#hit >= times || (when !== undefined && !(await when(request)))) return false;
    // Others may have been hit meanwhile.
    if (this.#hit >= times || ++this.#matched % every !== 0) return false;
    this.#hit++;
    return true;
  }
}

function errorOf(fail: RpcError | Status): RpcError {
  return fail instanceof RpcError ? fail : new RpcError(fail, "a fault was injected");
}

function cutShort(response: InterceptorResponse, error: RpcError, afterResponses: number): InterceptorResponse {
  if (!response.stream) throw error;
  return { ...response, message: failAfter(response.message, error, afterResponses) };
}

async function* failAfter(messages: AsyncIterable<Message>, error: RpcError, count: number): AsyncGenerator<Message> {
  let left = count;
  for await (const message of messages) {
    yield message;
    if (--left === 0) throw error;
  }
}
