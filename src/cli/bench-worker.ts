import { serveThread } from "../load/load-threads.js";

// What the threads of `peregrine bench --workers` start with.
await serveThread();
