import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wktPublicImportPaths } from "@bufbuild/protobuf/codegenv2";
import * as gen from "./gen.js";
import { generate } from "./generate/generate.js";
import { compile } from "./proto/compile.js";
import * as protobuf from "./protobuf.js";
import * as wkt from "./protobuf-wkt.js";

describe("what generated files import", () => {
  it("is in peregrine/protobuf/wkt for every well-known file", () => {
    const names = Object.keys(wktPublicImportPaths);
    assert.ok(names.length >= 20);
    for (const name of names) {
      const constant = `file_${name.replace(/\.proto$/, "").replace(/[^a-zA-Z0-9_]+/g, "_")}`;
      assert.ok(constant in wkt, name);
    }
  });

  it("is in peregrine/gen", () => {
    const text = 'syntax = "proto3"; enum E { Z = 0; } message M {} service S { rpc R(M) returns (M); }';
    const { files } = compile(["a.proto"], { read: () => ({ text, displayPath: "a.proto" }) });
    const [file] = generate(files, ["a.proto"]);
    const imported = /^import \{ (.*) \} from "peregrine\/gen";$/m.exec(file?.text ?? "");
    assert.deepEqual(imported?.[1]?.split(", "), ["enumDesc", "fileDesc", "messageDesc", "serviceDesc"]);
    for (const name of [...(imported?.[1]?.split(", ") ?? []), "extDesc"]) assert.ok(name in gen, name);
    assert.ok("create" in protobuf && "toBinary" in protobuf && "fromJson" in protobuf);
  });
});
