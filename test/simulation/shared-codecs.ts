import { compiledCodecs } from "../../src/codec/compiled-codec.js";
import type { CodecProvider } from "../../src/index.js";

/** Made once for all runs: they have no state, and making code is dear. */
export const sharedCodecs: CodecProvider = compiledCodecs();
