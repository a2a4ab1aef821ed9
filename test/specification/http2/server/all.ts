import type { Case } from "../case.testing.js";
import { frameCases } from "./3-and-4-frames.js";
import { stateCases, streamCases } from "./5-streams.js";
import { controlCases } from "./6-control.js";
import { streamFrameCases } from "./6-frames.js";
import { httpCases } from "./8-http.js";
import { hpackCases } from "./hpack.js";

/** All cases of a server, section by section. */
export const serverCases: readonly Case[] = [
  ...frameCases,
  ...stateCases,
  ...streamCases,
  ...streamFrameCases,
  ...controlCases,
  ...httpCases,
  ...hpackCases,
];
