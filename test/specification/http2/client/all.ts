import { firstCases } from "./4-and-5.js";
import { clientFrameCases } from "./6-frames.js";
import { clientHttpCases } from "./8-http.js";
import type { ClientCase } from "./responses.testing.js";

/** All cases of a client, section by section. */
export const clientCases: readonly ClientCase[] = [...firstCases, ...clientFrameCases, ...clientHttpCases];
