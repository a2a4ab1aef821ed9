import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Chained, StreamChains } from "./stream-chains.js";

class Member implements Chained<Member> {
  chainNext: Member | undefined;
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }
}

describe("stream chains", () => {
  it("hold what a map would", () => {
    const ids = fc.nat({ max: 300 }).map((n) => 2 * n + 1);
    const step = fc.record({ id: ids, add: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const chains = new StreamChains<Member>();
        const map = new Map<number, Member>();
        for (const { id, add } of steps) {
          const known = map.get(id);
          if (add && known === undefined) {
            const member = new Member(id);
            map.set(id, member);
            chains.add(member);
          } else if (!add) {
            chains.remove(known ?? new Member(id));
            map.delete(id);
          }
          assert.equal(chains.size, map.size);
          assert.equal(chains.get(id), map.get(id));
        }
        const sorted = [...map.values()].sort((one, other) => one.id - other.id);
        assert.deepEqual(chains.all(), sorted);
        const visited = new Set<Member>();
        chains.each((member) => visited.add(member));
        assert.equal(visited.size, sorted.length);
        assert.ok(sorted.every((member) => visited.has(member)));
      }),
      { numRuns: 100 },
    );
  });

  it("hold nothing before the first and behind the last, and little behind many", () => {
    const chains = new StreamChains<Member>();
    const heads = (): number => chains["heads"]?.length ?? 0;
    assert.equal(heads(), 0);
    const members = Array.from({ length: 1_000 }, (_, index) => new Member(2 * index + 1));
    for (const member of members) chains.add(member);
    assert.equal(heads(), 1_024);
    for (const member of members.slice(3)) chains.remove(member);
    assert.ok(heads() <= 16);
    for (const member of members) chains.remove(member);
    assert.equal(heads(), 0);
    assert.ok(members.every(({ chainNext }) => chainNext === undefined));
  });
});
