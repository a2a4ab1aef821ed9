import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { file_google_protobuf_timestamp, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { packagedModule, Scope } from "./scope.js";

describe("where names are imported from", () => {
  it("knows what packages have, for each runtime", () => {
    assert.equal(packagedModule("google/protobuf/timestamp.proto", "peregrine"), "peregrine/protobuf/wkt");
    assert.equal(packagedModule("google/protobuf/timestamp.proto", "protobuf-es"), "@bufbuild/protobuf/wkt");
    assert.equal(packagedModule("google/rpc/status.proto", "peregrine"), "peregrine/rpc");
    assert.equal(packagedModule("google/rpc/status.proto", "protobuf-es"), undefined);
    assert.equal(packagedModule("constructor", "protobuf-es"), undefined);
    assert.equal(packagedModule("hello.proto", "peregrine"), undefined);
  });

  it("goes to the file that is written in the same run first", () => {
    const name = "google/protobuf/timestamp.proto";
    const from = (scope: Scope): string => scope.desc(TimestampSchema).from;
    assert.equal(from(new Scope("peregrine", new Set())), "peregrine/protobuf/wkt");
    assert.equal(from(new Scope("peregrine", new Set([name]))), "google/protobuf/timestamp_pb.ts");
    assert.equal(
      new Scope("peregrine", new Set()).desc(file_google_protobuf_timestamp).name,
      "file_google_protobuf_timestamp",
    );
  });
});
