import { Channel, Server } from "peregrine";
import { Echo } from "../../../test/gen/echo_pb.js";

if (Channel === undefined || Server === undefined || Echo.methods.length !== 4) process.exitCode = 1;
