import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { type Ring, type Scheduled, WriteScheduler } from "./write-scheduler.js";

class Member implements Scheduled {
  ringNext: Scheduled | undefined;
  ringPrevious: Scheduled | undefined;
  ring: Ring | undefined;
  turnBytes: number = 0;
  bytes: number;
  readonly name: string;

  constructor(name: string, bytes: number) {
    this.name = name;
    this.bytes = bytes;
  }
}

const frameBytes = 16_384;
const megabyte = 1_048_576;

describe("the write scheduler", () => {
  let scheduler: WriteScheduler<Member>;
  beforeEach(() => {
    scheduler = new WriteScheduler();
  });

  /** Lets everybody send until nobody has more; who sent, in order, each run once. */
  function drain(turnsMax = 10_000): string {
    const runs: string[] = [];
    for (let turn = 0; turn < turnsMax; turn++) {
      const member = scheduler.shift();
      if (member === undefined) break;
      const count = Math.min(member.bytes, frameBytes);
      member.bytes -= count;
      if (runs.at(-1) !== member.name) runs.push(member.name);
      if (member.bytes > 0) scheduler.goOn(member, count);
    }
    return runs.join(" ");
  }

  it("is two rings, out of which any member can be taken", () => {
    for (const bytes of [1, 50_000]) {
      const [a, b, c] = [new Member("a", bytes), new Member("b", bytes), new Member("c", bytes)];
      assert.ok(scheduler.empty);
      for (const one of [a, b, c, a]) scheduler.push(one);
      assert.equal(scheduler.shift(), a);
      scheduler.push(a);
      scheduler.remove(c);
      scheduler.remove(c);
      assert.deepEqual([scheduler.shift(), scheduler.shift(), scheduler.shift()], [b, a, undefined]);
      scheduler.push(b);
      assert.equal(scheduler.empty, false);
      scheduler.remove(b);
      assert.ok(scheduler.empty);
    }
  });

  it("lets large messages become complete one after the other", () => {
    for (const name of ["a", "b", "c"]) scheduler.push(new Member(name, megabyte + 10));
    assert.equal(drain(), "a b c");
  });

  it("gives the turn on after 1 MiB", () => {
    for (const name of ["a", "b"]) scheduler.push(new Member(name, 2.5 * megabyte));
    assert.equal(drain(), "a b a b a b");
  });

  it("puts one that had little and then much behind those that wait with much", () => {
    scheduler.push(new Member("much", 3 * frameBytes));
    const grows = new Member("grows", 100);
    scheduler.push(grows);
    grows.bytes = 3 * frameBytes;
    assert.equal(drain(), "grows much grows");
  });

  it("counts a turn anew for one that came back", () => {
    const [a, b] = [new Member("a", 3 * megabyte), new Member("b", 3 * megabyte)];
    scheduler.push(a);
    scheduler.goOn(scheduler.shift() as Member, megabyte - 1);
    scheduler.remove(a);
    scheduler.push(a);
    scheduler.push(b);
    assert.equal(drain(megabyte / frameBytes), "a");
    assert.equal(drain(1), "b");
  });

  it("lets those with little go first, and never keep one with much from sending", () => {
    const much = new Member("much", megabyte);
    scheduler.push(much);
    for (let at = 0; at < 1_000; at++) scheduler.push(new Member("little", 100));
    // 100 of them, with 64 bytes of overhead each, are a frame.
    assert.equal(drain(100), "little");
    assert.equal(drain(1), "much");
    assert.equal(drain(100), "little");
    assert.equal(drain(1), "much");
    assert.equal(much.bytes, megabyte - 2 * frameBytes);
    assert.match(drain(), /^(little much )+$|^(little much ?)+$/);
  });
});
