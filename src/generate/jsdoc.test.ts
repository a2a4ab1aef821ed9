import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create, createFileRegistry, type DescFile, type DescMessage } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { corpusFiles } from "./corpus.fixture.js";
import { descDoc, isDeprecated, jsDoc } from "./jsdoc.js";

const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: corpusFiles() }));
const composite = registry.getMessage("corpus.kinds.Composite") as DescMessage;

describe("doc comments", () => {
  it("are indented, with empty lines left empty, and cannot end early", () => {
    assert.equal(jsDoc("a\n\nb */ c", "  "), "  /**\n   * a\n   *\n   * b *\\/ c\n   */");
  });

  it("have what stands before and behind an element, and what it was made from", () => {
    const [one] = composite.fields;
    assert.ok(one !== undefined);
    assert.equal(
      descDoc(one),
      "/**\n * Leading comment of a field.\n *\n *   Indented, with a `tick` and a *\\/ end.\n *\n" +
        " * trailing comment of a field\n *\n * @generated from field: corpus.kinds.Scalars one = 1;\n */",
    );
    assert.match(
      descDoc(composite),
      /^\/\*\*\n \* A block comment\n \* over lines\. \n \*\n \* @generated from message corpus\.kinds\.Composite\n \*\/$/,
    );
    assert.match(
      descDoc(composite.oneofs[0] as (typeof composite.oneofs)[0]),
      /A choice\.\n \*\n \* @generated from oneof/,
    );
  });

  it("say what is deprecated: types in deprecated files and messages are too, members are by their own", () => {
    const file = registry.getFile("kinds.proto") as DescFile;
    assert.equal(isDeprecated(file), false);
    const old = registry.getMessage("corpus.kinds.Old") as DescMessage;
    assert.equal(isDeprecated(old), true);
    assert.equal(isDeprecated(old.nestedEnums[0] as (typeof old.nestedEnums)[0]), true);
    assert.equal(isDeprecated(composite.fields[0] as (typeof composite.fields)[0]), false);
    assert.match(descDoc(old), /\n \* @deprecated\n \*\/$/);
  });
});
