import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";

const { state, names, stuckSeconds } = workerData as {
  readonly state: Int32Array;
  readonly names: readonly string[];
  readonly stuckSeconds: number;
};

// A loop that never gives the event loop back can only be ended from another thread, and told of before that.
let last = Atomics.load(state, 0);
for (let still = 0; still < stuckSeconds; ) {
  Atomics.wait(state, 3, 0, 1_000);
  const now = Atomics.load(state, 0);
  still = now === last ? still + 1 : 0;
  last = now;
}
const name = names[Atomics.load(state, 1)];
const seed = Atomics.load(state, 2);
const replay = `npm run fuzz -- --only ${name} --seed ${seed}`;
writeSync(2, `${name}: seed ${seed} does not end within ${stuckSeconds} s\n  replay it with: ${replay}\n`);
process.kill(process.pid, "SIGKILL");
