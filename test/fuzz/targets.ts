import { codecProperties } from "./codec-properties.js";
import { diffClient } from "./diff-client.js";
import { diffHpack } from "./diff-hpack.js";
import { diffServer } from "./diff-server.js";
import { framesModel } from "./frames-model.js";
import { framingModel } from "./framing-model.js";
import { hpackBlocks } from "./hpack-blocks.js";
import { hpackModel } from "./hpack-model.js";
import { mutatedClient } from "./mutated-client.js";
import { mutatedServer } from "./mutated-server.js";
import { protoCompiler } from "./proto-compiler.js";
import { protocolClient, protocolServer } from "./protocol-model.js";
import { realSockets } from "./real-sockets.js";
import type { FuzzTarget } from "./target.js";
import { textParsers } from "./text-parsers.js";
import { windowsModel } from "./windows-model.js";

/** All that is fuzzed, in the order in which it is run. */
export const targets: readonly FuzzTarget[] = [
  hpackModel,
  hpackBlocks,
  framesModel,
  framingModel,
  protocolServer,
  protocolClient,
  windowsModel,
  mutatedServer,
  mutatedClient,
  diffServer,
  diffClient,
  diffHpack,
  realSockets,
  codecProperties,
  protoCompiler,
  textParsers,
];
