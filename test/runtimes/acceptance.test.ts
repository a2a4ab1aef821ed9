import { test } from "node:test";
import { Skipped } from "./environment.js";
import { features } from "./features.js";

// The features that are tried on each runtime, here on the one that runs the tests.

for (const { name, run } of features) {
  test(name, async (context) => {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof Skipped)) throw error;
      context.skip(error.message);
    }
  });
}
