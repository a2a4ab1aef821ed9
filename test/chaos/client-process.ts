// A client under load, in a process of its own.
import { serve } from "../../bench/memory/child.js";
import { Load } from "./load.js";

let load: Load | undefined;

function running(): Load {
  if (load === undefined) throw new Error("there is no load yet");
  return load;
}

/** Names of statuses do not fit into a question, numbers do. */
const waitedFor = [undefined, "OK", "UNAVAILABLE", "DEADLINE_EXCEEDED"] as const;

serve({
  start: (port = 0, workers = 0, timeoutMs = 0, waitForReady = 0, keepaliveMs = 0) => {
    const keepalive = keepaliveMs === 0 ? {} : { keepalive: { intervalMs: keepaliveMs, timeoutMs: 1_000 } };
    const target = `127.0.0.1:${port}`;
    load = new Load({ target, workers, timeoutMs, waitForReady: waitForReady === 1, channel: keepalive });
  },
  more: (count = 0, status = 0) => running().more(count, waitedFor[status]),
  report: () => running().report(),
  stop: (waitMs = 0) => running().stop(waitMs),
});
