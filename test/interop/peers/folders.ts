import { fileURLToPath } from "node:url";

/** `test/` of the source tree: scripts and protos are read from there, not from `dist/`. */
export const testFolder: string = fileURLToPath(new URL("../../../../test/", import.meta.url));
export const serverProgram: string = fileURLToPath(new URL("../server-main.js", import.meta.url));
