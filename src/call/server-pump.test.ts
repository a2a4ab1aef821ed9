import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type MessageSink, pumpMessages as pumpInto } from "./server-pump.js";
import { Deferred, settled } from "./server-rig.testing.js";

class Sink implements MessageSink {
  readonly sent: unknown[] = [];
  /** What the next message has to wait for. */
  wait: Promise<void> | undefined | false;
  error: Error | undefined;
  readonly done: Deferred<void> = new Deferred();

  onPumped(): void {
    this.done.resolve();
  }

  onPumpFailed(error: unknown): void {
    this.done.reject(error);
  }

  sendMessage(message: unknown): undefined | false | Promise<void> {
    if (this.error !== undefined) throw this.error;
    this.sent.push(message);
    return this.wait;
  }
}

/** Pumps, with the end as a promise. */
function pumpMessages(source: unknown, sink: Sink): { readonly done: Promise<void>; stop(): void } {
  const pump = pumpInto(source, sink);
  return { done: sink.done.promise, stop: () => pump.stop() };
}

/** An iterable by hand, that counts what is asked of it. */
class Source implements AsyncIterableIterator<number> {
  nexts = 0;
  returns = 0;
  step: (count: number) => Promise<IteratorResult<number>> = async (value) => ({ done: false, value });

  next(): Promise<IteratorResult<number>> {
    return this.step(++this.nexts);
  }

  return(): Promise<IteratorResult<number>> {
    this.returns++;
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

describe("sources", () => {
  test("iterables of all kinds", async () => {
    function* numbers(): Generator<number> {
      yield 1;
      yield 2;
    }
    async function* later(): AsyncGenerator<number> {
      yield* numbers();
    }
    const promised = Promise.resolve([1, 2]);
    for (const source of [[1, 2], new Set([1, 2]), numbers(), later(), promised, [Promise.resolve(1), 2]]) {
      const sink = new Sink();
      await pumpMessages(source, sink).done;
      assert.deepEqual(sink.sent, [1, 2]);
    }
  });

  test("what is here is sent at once, and so is the end of it told", () => {
    for (const failing of [false, true]) {
      const sink = new Sink();
      const told: string[] = [];
      sink.onPumped = () => told.push("pumped");
      sink.onPumpFailed = () => told.push("failed");
      if (failing) sink.error = new Error("unfit");
      pumpMessages([1, 2, 3], sink);
      assert.deepEqual(sink.sent, failing ? [] : [1, 2, 3]);
      assert.deepEqual(told, [failing ? "failed" : "pumped"]);
    }
  });

  test("what is none is told by the promise, and never thrown", async () => {
    const broken = { [Symbol.asyncIterator]: 5 };
    for (const source of [null, undefined, 5, "text", {}, Promise.resolve(null), broken, () => [1]]) {
      await assert.rejects(pumpMessages(source, new Sink()).done, TypeError, String(source));
    }
    const strange = { [Symbol.iterator]: () => ({ next: () => undefined }) };
    await assert.rejects(pumpMessages(strange, new Sink()).done, TypeError);
    await assert.rejects(pumpMessages(Promise.reject(new Error("no")), new Sink()).done, { message: "no" });
  });
});

describe("backpressure", () => {
  test("the next message is asked for when the sink is ready", async () => {
    const [sink, source, gate] = [new Sink(), new Source(), new Deferred<void>()];
    source.step = async (value) => (value > 2 ? { done: true, value: undefined } : { done: false, value });
    sink.wait = gate.promise;
    const pump = pumpMessages(source, sink);
    await settled();
    assert.deepEqual([sink.sent, source.nexts], [[1], 1]);
    sink.wait = undefined;
    gate.resolve();
    await pump.done;
    assert.deepEqual([sink.sent, source.nexts, source.returns], [[1, 2], 3, 0]);
  });
});

describe("errors", () => {
  test("of the iterable are told; it is over by itself", async () => {
    const source = new Source();
    source.step = () => Promise.reject(new Error("thrown"));
    const pump = pumpMessages(source, new Sink());
    await assert.rejects(pump.done, { message: "thrown" });
    pump.stop();
    assert.equal(source.returns, 0);
  });

  test("of the sink are told, and the iterable is left, once", async () => {
    for (const asynchronous of [false, true]) {
      const [sink, source] = [new Sink(), new Source()];
      if (asynchronous) sink.wait = Promise.reject(new Error("unfit"));
      else sink.error = new Error("unfit");
      const pump = pumpMessages(source, sink);
      await assert.rejects(pump.done, { message: "unfit" });
      pump.stop();
      assert.deepEqual([source.nexts, source.returns], [1, 1]);
    }
  });

  test("of a return() concern nobody", async () => {
    const source = new Source();
    source.return = () => {
      throw new Error("from return");
    };
    const pump = pumpMessages(source, new Sink());
    pump.stop();
    await pump.done;
    source.return = () => Promise.reject(new Error("from return"));
    const other = pumpMessages(source, new Sink());
    other.stop();
    await other.done;
  });
});

describe("stop", () => {
  test("calls return() once and sends nothing more", async () => {
    const [sink, source, step] = [new Sink(), new Source(), new Deferred<IteratorResult<number>>()];
    source.step = () => step.promise;
    const pump = pumpMessages(source, sink);
    pump.stop();
    pump.stop();
    assert.equal(source.returns, 1);
    step.resolve({ done: false, value: 1 });
    await pump.done;
    assert.deepEqual([sink.sent, source.nexts], [[], 1]);
  });

  test("is done when the iterable is done with its cleaning up", async () => {
    const cleaned = new Deferred<void>();
    const order: string[] = [];
    async function* source(): AsyncGenerator<number> {
      try {
        yield 1;
      } finally {
        await cleaned.promise;
        order.push("cleaned");
      }
    }
    const [sink, gate] = [new Sink(), new Deferred<void>()];
    sink.wait = gate.promise;
    const pump = pumpMessages(source(), sink);
    const done = pump.done.then(() => order.push("done"));
    await settled();
    pump.stop();
    gate.resolve();
    await settled();
    assert.deepEqual(order, []);
    cleaned.resolve();
    await done;
    assert.deepEqual(order, ["cleaned", "done"]);
  });

  test("of an endless iterable comes from the sink too, in its first steps", async () => {
    let left = 0;
    function* endless(): Generator<number> {
      try {
        for (let i = 0; i < 1_000; i++) yield i;
      } finally {
        left++;
      }
    }
    const sink = new Sink();
    sink.wait = false;
    await pumpMessages(endless(), sink).done;
    assert.deepEqual([sink.sent, left], [[0], 1]);
  });

  test("before a promised iterable is there leaves it unread", async () => {
    const [sink, source, promised] = [new Sink(), new Source(), new Deferred<Source>()];
    const pump = pumpMessages(promised.promise, sink);
    pump.stop();
    promised.resolve(source);
    await pump.done;
    assert.deepEqual([sink.sent, source.nexts, source.returns], [[], 0, 1]);
  });

  test("an iterator without return() is fine", async () => {
    const step = new Deferred<IteratorResult<number>>();
    const pump = pumpMessages({ [Symbol.asyncIterator]: () => ({ next: () => step.promise }) }, new Sink());
    pump.stop();
    step.reject(new Error("after the stop"));
    await assert.rejects(pump.done, { message: "after the stop" });
  });
});
