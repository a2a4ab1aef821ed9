import { callFeatures } from "./call-features.js";
import type { Feature } from "./environment.js";
import { protoFeatures } from "./proto-features.js";
import { transportFeatures } from "./transport-features.js";

/** What must work on each runtime. */
export const features: readonly Feature[] = [...callFeatures, ...transportFeatures, ...protoFeatures];
