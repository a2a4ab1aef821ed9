/** `peregrine/rpc`: the messages of `google.rpc` that statuses and their details are made of. */
export * from "./code_pb.js";
export * from "./error_details_pb.js";
export * from "./status_pb.js";
