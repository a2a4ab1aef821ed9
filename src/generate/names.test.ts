import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create, createFileRegistry, type DescFile } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { corpusFiles } from "./corpus.fixture.js";
import { fileNames, safeIdentifier } from "./names.js";

const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: corpusFiles() }));

function namesOf(file: string): { readonly shapes: Map<string, string>; readonly descs: Map<string, string> } {
  const names = fileNames(registry.getFile(file) as DescFile);
  return {
    shapes: new Map([...names.shapes].map(([desc, name]) => [String(desc), name])),
    descs: new Map([...names.descs].map(([desc, name]) => [String(desc), name])),
  };
}

describe("names of generated things", () => {
  it("join the levels of nested types and leave the package out", () => {
    const { shapes, descs } = namesOf("kinds.proto");
    assert.equal(shapes.get("enum corpus.kinds.Composite.Inner.Mode"), "Composite_Inner_Mode");
    assert.equal(descs.get("message corpus.kinds.Composite.Inner"), "Composite_InnerSchema");
    assert.equal(descs.get("service corpus.kinds.Shapes"), "Shapes");
    assert.equal(descs.get("file kinds.proto") ?? descs.get("file kinds"), "file_kinds");
  });

  it("get a $ where they are taken, types before constants", () => {
    const { shapes, descs } = namesOf("names.proto");
    assert.equal(shapes.get("message corpus.names.A.B"), "A_B");
    assert.equal(shapes.get("message corpus.names.A_B"), "A_B$");
    assert.equal(shapes.get("enum corpus.names.A_BSchema"), "A_BSchema");
    assert.equal(descs.get("message corpus.names.A.B"), "A_BSchema$");
    assert.equal(shapes.get("message corpus.names.class"), "class$");
    assert.equal(new Set([...shapes.values(), ...descs.values()]).size, shapes.size + descs.size);
  });

  it("make way for reserved words only", () => {
    assert.equal(safeIdentifier("interface"), "interface$");
    assert.equal(safeIdentifier("Interface"), "Interface");
  });
});
