import { answerLines } from "../peers/lines.js";
import { Load } from "./load.js";
import type { Order } from "./order.js";

const load = new Load();
answerLines((order) => load.carryOut(order as Order));
