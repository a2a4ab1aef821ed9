import { join } from "node:path";
import { root } from "../tools/files.js";

/** What is built or installed for the benchmark, and survives it. */
export const cacheFolder: string = join(root, ".cache", "bench");
