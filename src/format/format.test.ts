import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatProto } from "./format.js";

const head = 'syntax = "proto3";\n\n';

function formatted(text: string): string {
  const result = formatProto(text, "x.proto");
  assert.ok(result.ok, JSON.stringify(result));
  return result.text;
}

/** Formats what stands in a message. */
function inMessage(text: string): string {
  const [before, after] = [`${head}message M {\n`, "}\n"];
  const whole = formatted(`${before}${text}\n}`);
  assert.ok(whole.startsWith(before) && whole.endsWith(after), whole);
  return whole.slice(before.length, -after.length).replaceAll(/^ {2}/gm, "");
}

describe("formatting", () => {
  it("gives nothing for nothing, and tells syntax errors at their place", () => {
    assert.equal(formatted(""), "");
    assert.equal(formatted("\n \r\n;"), "");
    assert.equal(formatted("\n\n// a\n\n\n/* b */"), "// a\n\n/* b */\n");
    const result = formatProto("message M {\n  int32 a;\n}", "x.proto");
    assert.ok(!result.ok);
    assert.deepEqual(
      result.diagnostics.map((one) => [one.file, one.line, one.column]),
      [["x.proto", 2, 10]],
    );
  });

  it("takes away a byte order mark and carriage returns, and ends the file with a line end", () => {
    assert.equal(
      formatted('\ufeff// a\r\nsyntax = "proto3";\r\n/* b\r\n   c */'),
      '// a\nsyntax = "proto3";\n/* b\n   c */\n',
    );
  });

  it("sorts what is above the declarations", () => {
    const text = `package p; option (b) = 1; option z = 1; message M {} import "b"; import weak "c"; import "a"; option (a).b = 2;`;
    const imports = 'import "a";\nimport "b";\nimport weak "c";\n';
    const options = "option z = 1;\noption (a).b = 2;\noption (b) = 1;\n";
    assert.equal(formatted(text), `package p;\n\n${imports}\n${options}message M {}\n`);
  });

  it("leaves options in order whose names may mean the same", () => {
    const options =
      "option (b) = 1;\noption (x.p.a) = 2;\noption (p.a) = 1;\noption (.p.a) = 3;\noption (q).(x.y) = 1;\n";
    const more = "option (q).(y) = 2;\noption (q).(x.y) = 3;\noption deprecated = true;\n";
    const sorted =
      "option deprecated = true;\noption (x.p.a) = 2;\noption (p.a) = 1;\noption (.p.a) = 3;\noption (b) = 1;\n";
    const rest = "option (q).(x.y) = 1;\noption (q).(y) = 2;\noption (q).(x.y) = 3;\n";
    assert.equal(formatted(options + more), sorted + rest);
  });

  it("takes comments along with what they belong to, and leaves those of a place", () => {
    const text = `// licence\n\n// of b\nimport "b"; // behind b\n// of a\nimport "a";\n\n// section\n\npackage p; /* behind p */`;
    const all = "// licence\n\n// section\n\npackage p; /* behind p */\n\n";
    assert.equal(formatted(text), `${all}// of a\nimport "a";\n// of b\nimport "b"; // behind b\n`);
  });

  it("keeps one blank line where there were some, and none at the ends of blocks", () => {
    assert.equal(
      inMessage("\n\nint32 a = 1;\n\n\n\nint32 b = 2; int32 c = 3;\n\n"),
      "int32 a = 1;\n\nint32 b = 2;\nint32 c = 3;\n",
    );
    assert.equal(inMessage("int32 a = 1;\n\n// end\n\n"), "int32 a = 1;\n\n// end\n");
  });

  it("leaves out empty statements, and keeps the comments and blank lines beside them", () => {
    assert.equal(
      inMessage("int32 a = 1;; // of a\n\n; /* alone */;\nint32 b = 2;"),
      "int32 a = 1; // of a\n\n/* alone */\nint32 b = 2;\n",
    );
    assert.equal(formatted("message M {}; // of M"), "message M {} // of M\n");
  });

  it("keeps comments beside separators that it leaves out", () => {
    const value = "a: 1 /* b */, // c\n /* d */; e: {} // f\n, g <>";
    const lines = "a: 1\n  /* b */\n  // c\n  /* d */\n  e: {} /* f */\n  g: {}";
    assert.equal(
      inMessage(`option x = { ${value.replace(" /* d */;", " /* d */")} };`),
      `option x = {\n  ${lines}\n};\n`,
    );
  });

  it("makes line comments in the middle of a statement block comments", () => {
    assert.equal(inMessage("int32 // a\n b // */\n = 1\n // c\n;"), "int32 /* a */ b /* * / */ = 1 /* c */;\n");
    assert.equal(inMessage("a. // b\n c d = 1;"), "a. /* b */ c d = 1;\n");
  });

  it("puts the parts of a string on lines, and several options", () => {
    assert.equal(inMessage(`option a = "b" /* c */ 'd';`), `option a =\n  "b"\n  /* c */\n  'd';\n`);
    assert.equal(inMessage("int32 a = 1 [b = 1, c = {d: 1}];"), "int32 a = 1 [\n  b = 1,\n  c = {d: 1}\n];\n");
    assert.equal(inMessage("int32 a = 1 [b = 1 // c\n];"), "int32 a = 1 [b = 1 /* c */];\n");
    assert.equal(inMessage("int32 a = 1 [b = 1\n // c\n];"), "int32 a = 1 [\n  b = 1\n  // c\n];\n");
  });

  it("sets the brackets, colons and lines of values", () => {
    assert.equal(inMessage("option a = { b <> };"), "option a = {\n  b: {}\n};\n");
    assert.equal(inMessage("option a = { b <c: 1;> [d . e/f] {} };"), "option a = {\n  b: {c: 1}\n  [d.e/f]: {}\n};\n");
    assert.equal(
      inMessage("option a = { b [{}, {c: - 1}] };"),
      "option a = {\n  b: [\n    {},\n    {c: -1}\n  ]\n};\n",
    );
    assert.equal(inMessage("option a = { b /* c */ { } };"), "option a = {\n  b: /* c */ {}\n};\n");
  });

  it("sets methods, maps, groups and ranges", () => {
    const text = "service S { rpc A ( stream p . B ) returns ( C ) { } ; rpc D(E) returns (stream F) ; }";
    const body = "  rpc A(stream p.B) returns (C) {}\n  rpc D(E) returns (stream F);\n";
    assert.equal(formatted(text), `service S {\n${body}}\n`);
    assert.equal(inMessage("map < string ,. a . B > c = 1;"), "map<string, .a.B> c = 1;\n");
    assert.equal(inMessage("optional group G = 1 [ a = 1 ] { }"), "optional group G = 1 [a = 1] {}\n");
    assert.equal(inMessage("extensions 1 , 5 to max [ a = 1 ];"), "extensions 1, 5 to max [a = 1];\n");
    assert.equal(
      inMessage("enum E { reserved - 1 to 2 , 3; A = - 1; }"),
      "enum E {\n  reserved -1 to 2, 3;\n  A = -1;\n}\n",
    );
  });

  it("knows the words of edition 2024, which are names before it", () => {
    const text = 'edition = "2024"; import option "a"; import "b"; export message M { local enum E { A = 0; } }';
    const imports = 'import "b";\nimport option "a";\n';
    assert.equal(
      formatted(text),
      `edition = "2024";\n\n${imports}export message M {\n  local enum E {\n    A = 0;\n  }\n}\n`,
    );
  });

  it("takes no long time for much of anything", () => {
    const many = 50_000;
    const inComment = `/*${" ".repeat(many)}x\n${"* y\n".repeat(many)}*/\n`;
    const inGap = `${"// a\n".repeat(many)}message A { ${"// b\n\n".repeat(many)} }\n`;
    const inValue = `option a = { ${"b: 1, ".repeat(many)} };\n${"import 'c';".repeat(many)}${";".repeat(many)}`;
    for (const text of [inComment, inGap, inValue]) {
      const once = formatted(text);
      assert.equal(formatted(once), once);
    }
  });
});
