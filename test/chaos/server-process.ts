// The Echo server, in a process of its own.
import { Server } from "peregrine";
import { serve } from "../../bench/memory/child.js";
import { addEcho } from "../peers/echo-service.js";

// What connections die of here is meant to happen.
const server = new Server({ onError: () => undefined, limits: { resetBurst: 1e9 } });
addEcho(server);

serve({
  listen: async (port = 0) => {
    const { port: bound } = await server.listen(`127.0.0.1:${port}`);
    return bound;
  },
  /** Stops to listen at once; the answer comes when the last call is over. */
  drain: async (graceMs = 0) => {
    const startMs = performance.now();
    await server.close({ graceMs });
    return performance.now() - startMs;
  },
});
