import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compile } from "../proto/compile.js";
import { generate } from "./generate.js";
import { isGenerated } from "./is-generated.js";
import type { GenerateOptions } from "./options.js";

const source = '// Licence\n\n// of two parts\nsyntax = "proto3";\npackage a;\nmessage M {}\n';

function generated(options: GenerateOptions): { path: string; text: string }[] {
  const { files } = compile(["a/m.proto"], { read: (path) => ({ text: source, displayPath: path }) });
  return generate(files, ["a/m.proto"], options);
}

describe("files that the generator made", () => {
  it("are known by their head, whatever the options and the comments before it", () => {
    const all = [{}, { jsonTypes: true, erasableSyntax: true }, { target: "js+dts" } as const].flatMap(generated);
    assert.deepEqual(
      all.map((file) => file.path),
      ["a/m_pb.ts", "a/m_pb.ts", "a/m_pb.js", "a/m_pb.d.ts"],
    );
    for (const { path, text } of all) assert.equal(isGenerated(path, text), true, path);
  });

  it("are not known in another place, nor when made by something else", () => {
    const [file] = generated({});
    const text = file?.text as string;
    assert.equal(isGenerated("m_pb.ts", text), false);
    assert.equal(isGenerated("gen/a/m_pb.ts", text), false);
    assert.equal(isGenerated("a/m_pb.ts", text.replace("peregrine generate", "protoc-gen-es v2.17.0")), false);
    assert.equal(isGenerated("a/m_pb.ts", text.replace("peregrine generate", "peregrine generated")), false);
    assert.equal(isGenerated("a/m_pb.ts", `export {};\n${text}`), false);
    assert.equal(isGenerated("a/m_pb.ts", text.slice(0, text.indexOf("// @generated from"))), false);
    assert.equal(isGenerated("a/m_pb.ts", ""), false);
  });
});
