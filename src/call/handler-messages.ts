import type { AsyncResource } from "node:async_hooks";
import { create, type DescMessage, isMessage, type MessageInitShape } from "@bufbuild/protobuf";
import type { ServerMethod } from "./server-method.js";

/** What of a method its responses need. */
type Responding = Pick<ServerMethod, "desc" | "responseCodec">;

/** A plain object becomes a message, as interceptors expect; what is none is left to be refused when it is sent. */
export function messageOf(method: Responding, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value) || isMessage(value)) return value;
  // Once it is a message nobody sees any more what it was made of.
  method.responseCodec.checkPlain?.(value);
  return create(method.desc.output, value as MessageInitShape<DescMessage>);
}

/** `node:async_hooks`, loaded by the first server with interceptors. */
function asyncHooks(): typeof import("node:async_hooks") {
  return process.getBuiltinModule("node:async_hooks");
}

/**
 * What a streaming handler behind interceptors gives, as messages. Whoever iterates, the handler's generator runs in the context in
 * which the handler was called: an `AsyncLocalStorage` that an interceptor set around `next` holds in it.
 */
export class HandlerMessages implements AsyncIterableIterator<unknown, undefined> {
  private readonly method: Responding;
  private readonly scope: AsyncResource;
  private readonly iterator: AsyncIterator<unknown> | Iterator<unknown>;
  private readonly synchronous: boolean;

  /**
   * Call it where the handler was called.
   *
   * @throws {TypeError} when `source` cannot be iterated
   */
  constructor(method: Responding, source: unknown) {
    this.method = method;
    this.scope = new (asyncHooks().AsyncResource)("peregrine.handler");
    const iterator = iteratorOf(source);
    this.synchronous = iterator.synchronous;
    this.iterator = iterator.iterator;
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    const result: unknown = await this.scope.runInAsyncScope(this.step, this);
    if (typeof result !== "object" || result === null) {
      throw new TypeError(`an iterator's next() must give an object, not ${String(result)}`);
    }
    const { done, value } = result as IteratorResult<unknown>;
    if (done === true) return { done: true, value: undefined };
    return { done: false, value: messageOf(this.method, this.synchronous ? await value : value) };
  }

  private step(): unknown {
    return this.iterator.next();
  }

  async return(): Promise<IteratorResult<unknown, undefined>> {
    await this.scope.runInAsyncScope(this.leave, this);
    return { done: true, value: undefined };
  }

  private leave(): unknown {
    return this.iterator.return?.();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

interface FoundIterator {
  readonly iterator: AsyncIterator<unknown> | Iterator<unknown>;
  /** Promises that it gives are waited for. */
  readonly synchronous: boolean;
}

/** The iterator of whatever a streaming side was given. */
export function iteratorOf(source: unknown): FoundIterator {
  if (typeof source === "object" && source !== null) {
    if (Symbol.asyncIterator in source) {
      return { iterator: (source as AsyncIterable<unknown>)[Symbol.asyncIterator](), synchronous: false };
    }
    if (Symbol.iterator in source) {
      return { iterator: (source as Iterable<unknown>)[Symbol.iterator](), synchronous: true };
    }
  }
  const found = source === null ? "null" : typeof source;
  throw new TypeError(`a streaming side must be an iterable or an async iterable, not ${found}`);
}
