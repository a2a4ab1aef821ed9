import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { inflatingMax, smallMessageBytesMax, turnInflatedBytesMax, turnWorkMs, workBytesPerLook } from "./limits.js";
import { TurnBudget, type TurnWaiter } from "./turn-budget.js";

/** A budget whose turns end by hand. */
class Rig {
  readonly clock: SimulatedClock = new SimulatedClock();
  readonly log: string[] = [];
  readonly budget: TurnBudget = new TurnBudget(this.clock, (callback, argument) => {
    this.#atEnd.push(() => callback(argument));
  });
  #atEnd: (() => void)[] = [];

  /** How many wait for the end of this turn. */
  get scheduled(): number {
    return this.#atEnd.length;
  }

  endTurn(): void {
    const callbacks = this.#atEnd;
    this.#atEnd = [];
    for (const callback of callbacks) callback();
  }

  /** A waiter whose work takes so long. */
  waiter(name: string, workMs: number = 0): TurnWaiter {
    return {
      lane: name.charAt(0),
      onTurn: () => {
        this.log.push(name);
        this.work(workMs);
      },
    };
  }

  /** Decodes so much that the clock is looked at. */
  work(ms: number): void {
    this.clock.advance(ms);
    this.budget.countDecoded(workBytesPerLook);
  }

  useUp(): void {
    this.work(0);
    this.work(turnWorkMs);
    assert.ok(this.budget.isUsedUp);
  }
}

describe("time", () => {
  test("little work schedules nothing, and reads no clock", () => {
    const rig = new Rig();
    for (let i = 0; i < 100; i++) rig.budget.countDecoded(100);
    assert.equal(rig.scheduled, 0);
    assert.equal(rig.budget.isUsedUp, false);
  });

  test("work of the turn's length uses it up, and the next turn is open again", () => {
    const rig = new Rig();
    rig.work(0);
    rig.work(turnWorkMs - 1);
    assert.equal(rig.budget.isUsedUp, false);
    rig.work(1);
    assert.equal(rig.budget.isUsedUp, true);
    assert.equal(rig.scheduled, 1);
    rig.endTurn();
    assert.deepEqual([rig.budget.isUsedUp, rig.scheduled], [false, 0]);
    rig.work(0);
    rig.work(turnWorkMs - 1);
    assert.equal(rig.budget.isUsedUp, false);
  });

  test("many messages without bytes are work too", () => {
    const rig = new Rig();
    for (let i = 0; i < 1_000; i++) {
      rig.clock.advance(1);
      rig.budget.countDecoded(0);
    }
    assert.equal(rig.budget.isUsedUp, true);
  });

  test("who waits goes on at the end of the turn after, not of this one", () => {
    const rig = new Rig();
    rig.useUp();
    rig.budget.defer(rig.waiter("a"));
    rig.endTurn();
    assert.deepEqual([rig.log, rig.budget.isUsedUp], [[], true]);
    rig.endTurn();
    assert.deepEqual([rig.log, rig.budget.isUsedUp], [["a"], false]);
    rig.endTurn();
    assert.equal(rig.scheduled, 0);
  });

  test("lanes take turns, and a turn goes on only while there is time", () => {
    const rig = new Rig();
    rig.useUp();
    for (const name of ["a1", "a2", "a3", "b1"]) rig.budget.defer(rig.waiter(name, turnWorkMs / 2));
    rig.endTurn();
    rig.endTurn();
    assert.deepEqual([rig.log, rig.budget.isUsedUp], [["a1", "b1"], true]);
    // A whole turn of the loop lies between two ends: no turn is left out.
    rig.endTurn();
    assert.deepEqual(rig.log, ["a1", "b1", "a2", "a3"]);
  });

  test("who has to wait again does not hold up the end of the turn", () => {
    const rig = new Rig();
    let turns = 0;
    const waiter: TurnWaiter = {
      lane: 1,
      onTurn: () => {
        turns++;
        rig.work(turnWorkMs);
        rig.budget.defer(waiter);
      },
    };
    rig.useUp();
    rig.budget.defer(waiter);
    for (let i = 0; i < 5; i++) rig.endTurn();
    assert.equal(turns, 4);
    assert.equal(rig.budget.isUsedUp, true);
  });

  test("a waiter that throws does not stop the others", () => {
    const rig = new Rig();
    rig.useUp();
    const waiter = { lane: 1, onTurn: (): never => assert.fail("a fault") };
    rig.budget.defer(waiter);
    rig.budget.defer(rig.waiter("b"));
    rig.endTurn();
    assert.throws(() => rig.endTurn(), /a fault/);
    rig.endTurn();
    assert.deepEqual([rig.log, rig.budget.isUsedUp], [["b"], false]);
  });
});

test("a few small messages are let pass in a turn that is used up", () => {
  const rig = new Rig();
  assert.ok(rig.budget.admits(1e9));
  rig.useUp();
  assert.equal(rig.budget.admits(smallMessageBytesMax + 1), false);
  for (let turn = 0; turn < 2; turn++) {
    let count = 0;
    while (rig.budget.admits(100)) count++;
    assert.ok(count >= 100 && count < 1_000, String(count));
    assert.equal(rig.budget.admits(0), false);
    rig.budget.defer(rig.waiter("a", turnWorkMs));
    rig.budget.defer(rig.waiter("a", turnWorkMs));
    rig.budget.defer(rig.waiter("a", turnWorkMs));
    rig.endTurn();
    assert.equal(rig.budget.isUsedUp, true);
  }
});

describe("decompressing", () => {
  test("the bytes of a turn are bounded, whatever the time", () => {
    const rig = new Rig();
    assert.ok(rig.budget.startInflating());
    rig.budget.endInflating(turnInflatedBytesMax - 1);
    assert.equal(rig.budget.isUsedUp, false);
    assert.ok(rig.budget.startInflating());
    rig.budget.endInflating(1);
    assert.equal(rig.budget.isUsedUp, true);
    rig.endTurn();
    assert.equal(rig.budget.isUsedUp, false);
  });

  test("a result that comes in a later turn opens that one again", () => {
    const rig = new Rig();
    assert.ok(rig.budget.startInflating());
    rig.endTurn();
    assert.equal(rig.scheduled, 0);
    rig.budget.endInflating(turnInflatedBytesMax);
    assert.equal(rig.budget.isUsedUp, true);
    rig.endTurn();
    assert.equal(rig.budget.isUsedUp, false);
  });

  test("its time counts from its beginning", () => {
    const rig = new Rig();
    assert.ok(rig.budget.startInflating());
    rig.clock.advance(turnWorkMs);
    rig.budget.endInflating(workBytesPerLook);
    assert.equal(rig.budget.isUsedUp, true);
  });

  test("more than so many at once wait, and get the permit of one that is done, in order", () => {
    const rig = new Rig();
    for (let i = 0; i < inflatingMax; i++) assert.ok(rig.budget.startInflating());
    assert.equal(rig.budget.startInflating(), false);
    rig.budget.deferInflating(rig.waiter("a"));
    rig.budget.deferInflating(rig.waiter("b"));
    for (let i = 0; i < 3; i++) rig.endTurn();
    // While threads are at work nothing is scheduled for those that wait for them.
    assert.deepEqual([rig.log, rig.scheduled], [[], 0]);
    rig.budget.endInflating(0);
    // The permit is on its way to the first: nobody comes before it.
    assert.equal(rig.budget.startInflating(), false);
    for (let i = 0; i < 3; i++) rig.endTurn();
    assert.deepEqual(rig.log, ["a"]);
    rig.budget.endInflating(0);
    rig.budget.endInflating(0);
    assert.ok(rig.budget.startInflating());
    for (let i = 0; i < 3; i++) rig.endTurn();
    assert.deepEqual(rig.log, ["a", "b"]);
  });
});
