import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wktPublicImportPaths } from "@bufbuild/protobuf/codegenv2";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { compile } from "../proto/compile.js";
import { fileReader } from "../proto/file-reader.js";
import { corpusDir, corpusFiles, corpusNames } from "./corpus.fixture.js";
import { generate } from "./generate.js";
import { parseMapping } from "./map-imports.js";
import type { GenerateOptions } from "./options.js";
import { compareWithProtocGenEs, withoutFirstLine } from "./protoc-gen-es.fixture.js";

const files: readonly FileDescriptorProto[] = corpusFiles();

function byUs(names: readonly string[], options: GenerateOptions): Map<string, string> {
  return new Map(generate(files, names, options).map((file) => [file.path, file.text]));
}

function compare(names: readonly string[], options: GenerateOptions, parameter: string): void {
  compareWithProtocGenEs(files, names, options, parameter);
}

describe("generated files against those of protoc-gen-es", () => {
  it("are the same with .js imports", () => compare(corpusNames, {}, "import_extension=js"));
  it("are the same with .ts imports", () => compare(corpusNames, { importExtension: ".ts" }, "import_extension=ts"));
  it("are the same without an extension", () =>
    compare(corpusNames, { importExtension: "none" }, "import_extension=none"));
  it("are the same in erasable syntax", () => {
    compare(corpusNames, { erasableSyntax: true }, "import_extension=js,erasable_syntax=true");
  });
  it("are the same with JSON types", () => {
    compare(corpusNames, { jsonTypes: true }, "import_extension=js,json_types=true");
    const erasable = { jsonTypes: true, erasableSyntax: true };
    compare(corpusNames, erasable, "import_extension=js,erasable_syntax=true,json_types=true");
  });
  it("are the same as JavaScript with declarations", () => {
    compare(corpusNames, { target: "js+dts" }, "import_extension=js");
    const erasable = { target: "js+dts", jsonTypes: true, erasableSyntax: true } as const;
    compare(corpusNames, erasable, "import_extension=js,erasable_syntax=true,json_types=true");
  });

  it("are the same as CommonJS", () => {
    const commonJs = { target: "js+dts", jsImportStyle: "legacy_commonjs" } as const;
    compare(corpusNames, commonJs, "import_extension=js,js_import_style=legacy_commonjs");
    const all = { ...commonJs, jsonTypes: true, erasableSyntax: true } as const;
    const parameter = "import_extension=js,js_import_style=legacy_commonjs,erasable_syntax=true,json_types=true";
    compare(corpusNames, all, parameter);
  });

  it("are the same for each target", () => {
    for (const target of ["js", "dts+ts"] as const) {
      compare(corpusNames, { target, importExtension: "none" }, "import_extension=none");
    }
  });
  it("are the same with types of valid messages", () => {
    const all = { validTypes: "legacy_required+protovalidate_required", jsonTypes: true, target: "js+dts" } as const;
    compare(corpusNames, all, "import_extension=js,json_types=true,valid_types=legacy_required+protovalidate_required");
  });
  it("are the same without checks of their types", () => {
    compare(corpusNames, { tsNocheck: true }, "import_extension=js,ts_nocheck=true");
  });
  it("are the same with imports from packages", () => {
    const mappings = ["nested/dir/:@scope/pkg/gen/", "nested/**:../other"];
    for (const mapImports of [mappings, ["nested/*/s*:./in", "**/other.proto:pkg"]]) {
      // What is written itself is not imported from a package here; protoc-gen-es does both.
      const names = corpusNames.filter((name) => !name.startsWith("nested/"));
      const parameter = `import_extension=js,${mapImports.map((one) => `map_imports=${one}`).join(",")}`;
      compare(names, { mapImports: mapImports.map(parseMapping) }, parameter);
    }
  });

  it("are the same for the well-known types themselves", () => {
    const wellKnown = files.map((file) => file.name).filter((name) => Object.hasOwn(wktPublicImportPaths, name));
    assert.ok(wellKnown.length >= 8);
    compare([...corpusNames, ...wellKnown], {}, "import_extension=js");
    compare([...corpusNames, ...wellKnown], { jsonTypes: true }, "import_extension=js,json_types=true");
    compare([...corpusNames, ...wellKnown], { target: "js+dts" }, "import_extension=js");
  });

  it("are the same when our own compiler reads the files", () => {
    const names = corpusNames.filter((name) => name !== "edition.proto");
    const compiled = compile(names, fileReader([corpusDir]));
    assert.deepEqual(compiled.diagnostics, []);
    assert.deepEqual(generate(compiled.files, names), generate(files, names));
  });

  it("differ from those for peregrine in their imports only", () => {
    const ours = byUs(corpusNames, {});
    for (const [path, text] of byUs(corpusNames, { runtime: "protobuf-es" })) {
      const expected = text
        .replaceAll('"@bufbuild/protobuf/codegenv2"', '"peregrine/gen"')
        .replaceAll(/"@bufbuild\/protobuf\/wkt[^"]*"/g, '"peregrine/protobuf/wkt"')
        .replaceAll('"@bufbuild/protobuf"', '"peregrine/protobuf"');
      assert.deepEqual(sorted(ours.get(path) as string), sorted(expected));
      assert.doesNotMatch(ours.get(path) as string, /@bufbuild/);
    }
  });
});

/** Lines in any order and without the import lists, which are joined where two modules become one. */
function sorted(text: string): string[] {
  const lines = withoutFirstLine(text).split("\n");
  return lines.filter((line) => !line.startsWith("import ")).sort();
}
