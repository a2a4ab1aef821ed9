import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
/** The root of the repository, from where the compiled tests lie. */
export const rootDir = fileURLToPath(new URL("../../../", import.meta.url));
/** The directory of our own test files. */
export const corpusDir = `${rootDir}test/proto/corpus`;
/** The import paths of all files in it. */
export function corpusFiles() {
    return readdirSync(corpusDir)
        .filter((name) => name.endsWith(".proto"))
        .sort();
}
