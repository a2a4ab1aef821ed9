import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { attacks } from "./attacks.js";
import { type HonestPeers, runAttacks, startHonestPeers } from "./run-attack.js";
import { onlyOneRole, type VectorName, vectors } from "./vectors-table.js";

// The quick ones of the attacks that `npm run hostile` runs, over real sockets and against processes of their own.

describe("attacks", () => {
  let honest: HonestPeers;
  before(async () => {
    honest = await startHonestPeers();
  });
  after(async () => assert.equal(await honest.child.stop(), undefined));

  for (const role of ["server", "client"] as const) {
    it(`on a ${role} end as they should, and cost it little`, async () => {
      const quick = attacks.filter((attack) => attack.role === role && attack.quick === true);
      for (const { attack, problems } of await runAttacks(quick, honest, false)) {
        assert.deepEqual(problems, [], attack.name);
      }
    });
  }

  it("whose guard is away are noticed", async () => {
    const open = attacks.filter(({ name, role }) => role === "server" && name.startsWith("rapid reset of calls"));
    const [result] = await runAttacks(open, honest, true);
    assert.match(result?.problems[0] ?? "", /\d{3,} handlers ran at once/);
  });
});

describe("the list of attacks", () => {
  it("has each vector in both roles, or says why not", () => {
    for (const vector of Object.keys(vectors) as VectorName[]) {
      const roles = new Set(attacks.filter((attack) => attack.vector === vector).map(({ role }) => role));
      const wanted = vector in onlyOneRole ? 1 : 2;
      assert.equal(roles.size, wanted, `${vector}: ${[...roles].join(", ")}`);
    }
  });

  it("names each once for a role", () => {
    const names = attacks.map(({ role, name }) => `${role} ${name}`);
    assert.deepEqual(
      names.filter((name, i) => names.indexOf(name) !== i),
      [],
    );
  });

  it("takes guards away in more than half of its kinds", () => {
    const open = new Set(attacks.filter(({ unguarded }) => unguarded !== undefined).map(({ vector }) => vector));
    assert.ok(open.size * 2 > Object.keys(vectors).length, [...open].join(", "));
  });
});
