import type { Attack } from "./attack.js";
import { connectionAttacks } from "./client/connections.js";
import { clientLoopAttacks } from "./client/loop-time.js";
import { responseAttacks } from "./client/responses.js";
import { floodAttacks } from "./floods.js";
import { headerListAttacks } from "./server/header-lists.js";
import { heldAttacks } from "./server/held.js";
import { serverLoopAttacks } from "./server/loop-time.js";
import { messageAttacks } from "./server/messages.js";
import { resetAttacks } from "./server/resets.js";
import { slowAttacks } from "./server/slow.js";
import { socketAttacks } from "./server/sockets.js";

/** All attacks, in the order of the report. */
export const attacks: readonly Attack[] = [
  ...floodAttacks,
  ...resetAttacks,
  ...headerListAttacks,
  ...slowAttacks,
  ...socketAttacks,
  ...heldAttacks,
  ...messageAttacks,
  ...serverLoopAttacks,
  ...connectionAttacks,
  ...responseAttacks,
  ...clientLoopAttacks,
];
