import { runSeeds } from "./run-seeds.js";

/** Runs seeds until one fails, for a copy of the code that is broken on purpose: prints which, as JSON. */
const [first = "1", count = "1"] = process.argv.slice(2);
const { failures } = await runSeeds({
  first: Number(first),
  count: Number(count),
  secondsMax: Number.POSITIVE_INFINITY,
  failuresMax: 1,
});
const found = failures.map(({ seed, violation }) => ({
  seed,
  invariant: violation?.invariant ?? "",
  message: violation?.message ?? "",
}));
process.stdout.write(JSON.stringify({ found: found[0] }), () => process.exit());
