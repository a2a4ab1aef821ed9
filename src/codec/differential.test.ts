import { describe, it } from "node:test";
import { codecChecks, deliveries } from "./differential.testing.js";

for (const delivery of deliveries) {
  describe(`random schemas and messages, ${delivery}`, () => {
    for (const { name, numRuns, check } of codecChecks(delivery)) it(name, () => check({ numRuns }));
  });
}
