import { describe, it } from "node:test";
import { amount } from "../base/amount.testing.js";
import { codecChecks, deliveries } from "./differential.testing.js";

for (const delivery of deliveries) {
  describe(`random schemas and messages, ${delivery}`, () => {
    for (const { name, numRuns, check } of codecChecks(delivery)) {
      it(name, () => check({ numRuns: amount(Math.ceil(numRuns / 3), numRuns) }));
    }
  });
}
