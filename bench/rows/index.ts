import { growthRows } from "./growth.js";
import { importRows } from "./import.js";
import { memoryRows } from "./memory.js";
import { pairRows } from "./pairs.js";
import type { Row } from "./row.js";
import { serverRows } from "./server.js";
import { wireBytesRows } from "./wire-bytes.js";

/** Every row, in the order of the tables. */
export const rows: readonly Row[] = [
  ...serverRows,
  ...pairRows,
  ...wireBytesRows,
  ...memoryRows,
  ...importRows,
  ...growthRows,
];
