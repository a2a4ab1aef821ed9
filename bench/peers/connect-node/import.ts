import { createClient } from "@connectrpc/connect";
import { connectNodeAdapter, createGrpcTransport } from "@connectrpc/connect-node";
import { Echo } from "../../../test/gen/echo_pb.js";

const all = [createClient, connectNodeAdapter, createGrpcTransport, Echo];
if (all.some((part) => part === undefined)) process.exitCode = 1;
