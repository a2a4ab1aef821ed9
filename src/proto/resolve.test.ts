import assert from "node:assert/strict";
import { test } from "node:test";
import { Loader } from "./load.js";
import { Resolver } from "./resolve.js";
import { SymbolTable } from "./symbols.js";
import type { FileUnit } from "./unit.js";

interface Scene {
  readonly unit: FileUnit;
  readonly resolver: Resolver;
}

/** Loads files; the first is the one that names are looked up from. */
function scene(texts: Readonly<Record<string, string>>): Scene {
  const [main = ""] = Object.keys(texts);
  const reader = { read: (path: string) => ({ text: `syntax = "proto3"; ${texts[path]}`, displayPath: path }) };
  const table = new SymbolTable();
  const loader = new Loader(reader, [main], false, (one) => {
    table.addFile(one);
    return true;
  });
  const unit = loader.load(main);
  assert.ok(unit !== undefined);
  return { unit, resolver: new Resolver(table, false) };
}

function found({ unit, resolver }: Scene, name: string, scope: string, typesOnly = true): string | undefined {
  return resolver.resolve(unit, name, scope, typesOnly).symbol?.fullName;
}

const nested = scene({ "a.proto": "package p.q; message M { message M { int32 x = 1; } message N {} } message N {}" });

test("the innermost scope is searched first", () => {
  assert.equal(found(nested, "M", "p.q.M.f"), "p.q.M.M");
  assert.equal(found(nested, "M", "p.q.N.f"), "p.q.M");
  assert.equal(found(nested, "N", "p.q.M.M.f"), "p.q.M.N");
  assert.equal(found(nested, "q.N", "p.q.M.f"), "p.q.N");
});

test("a leading dot starts at the top", () => {
  assert.equal(found(nested, ".p.q.N", "p.q.M.f"), "p.q.N");
  assert.equal(found(nested, ".N", "p.q.M.f"), undefined);
});

test("the first part decides, even where the rest is not in it", () => {
  assert.equal(found(nested, "M.N", "p.q.M.f"), undefined);
  assert.equal(found(nested, "M.N", "p.q.N.f"), "p.q.M.N");
});

test("what is no type is passed over where a type is wanted", () => {
  const one = scene({ "a.proto": "package p; message x {} message M { int32 x = 1; }" });
  assert.equal(found(one, "x", "p.M.y"), "p.x");
  assert.equal(found(one, "x", "p.M.y", false), "p.M.x");
});

test("names of imports, of public imports, and of no others", () => {
  const one = scene({
    "a.proto": 'import "b.proto";',
    "b.proto": 'package b; import public "c.proto"; import "d.proto"; message B {}',
    "c.proto": "package c; message C {}",
    "d.proto": "package d; message D {}",
  });
  assert.equal(found(one, "b.B", "f"), "b.B");
  assert.equal(found(one, "c.C", "f"), "c.C");
  assert.equal(found(one, "d.D", "f"), undefined);
  assert.equal(one.unit.imports[0]?.isUsed, true);
});

test("a package that is not seen hides nothing", () => {
  const one = scene({
    "a.proto": 'package x; import "b.proto"; import "o.proto";',
    "b.proto": 'import "hidden.proto";',
    "hidden.proto": "package x.o; message H {}",
    "o.proto": "package o; message O {}",
  });
  assert.equal(found(one, "o.O", "x.M.f"), "o.O");
});
