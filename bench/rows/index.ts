import { pairRows } from "./pairs.js";
import type { Row } from "./row.js";
import { serverRows } from "./server.js";

/** Every row, in the order of the tables. */
export const rows: readonly Row[] = [...serverRows, ...pairRows];
