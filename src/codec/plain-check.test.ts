import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create, createFileRegistry, type DescMessage } from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_duration,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  timestampFromDate,
} from "@bufbuild/protobuf/wkt";
import { compiledCodecs } from "./compiled-codec.js";

const optional = { label: Label.OPTIONAL };
const repeated = { label: Label.REPEATED };
const message = (typeName: string) => ({ type: Type.MESSAGE, typeName: `.${typeName}` });

function makeSchema(): DescMessage {
  const entry = (name: string, value: object) => ({
    name,
    options: { mapEntry: true },
    field: [
      { name: "key", number: 1, type: Type.STRING, ...optional },
      { name: "value", number: 2, ...optional, ...value },
    ],
  });
  const fields = [
    { name: "first_name", type: Type.STRING, ...optional },
    { name: "circle", ...message("t.Shape"), ...optional, oneofIndex: 0 },
    { name: "size", type: Type.INT32, ...optional, oneofIndex: 0 },
    { name: "parts", ...message("t.Shape"), ...repeated },
    { name: "by_name", ...message("t.Shape.ByNameEntry"), ...repeated },
    { name: "at", ...message("google.protobuf.Timestamp"), ...optional },
    { name: "took", ...message("google.protobuf.Duration"), ...optional },
    { name: "json", ...message("google.protobuf.Struct"), ...optional },
    { name: "labels", ...message("t.Shape.LabelsEntry"), ...repeated },
    { name: "child", ...message("t.Shape"), ...optional },
  ].map((field, i) => ({ ...field, number: i + 1 }));
  const nestedType = [entry("ByNameEntry", message("t.Shape")), entry("LabelsEntry", { type: Type.STRING })];
  const messageType = [{ name: "Shape", field: fields, nestedType, oneofDecl: [{ name: "form" }] }];
  const imports = [file_google_protobuf_timestamp, file_google_protobuf_duration, file_google_protobuf_struct];
  const dependency = ["timestamp", "duration", "struct"].map((name) => `google/protobuf/${name}.proto`);
  const file = create(FileDescriptorProtoSchema, {
    name: "t.proto",
    package: "t",
    syntax: "proto3",
    dependency,
    messageType,
  });
  const set = create(FileDescriptorSetSchema, { file: [...imports.map(({ proto }) => proto), file] });
  return createFileRegistry(set).getMessage("t.Shape") as DescMessage;
}

const schema = makeSchema();
const all = "firstName, parts, byName, at, took, json, labels, child, form";
const timestamp = "expected message google.protobuf.Timestamp (timestampFromDate, timestampFromMs), got";

const wrong: readonly (readonly [init: Record<string, unknown>, message: string])[] = [
  [{ firstNmae: "x" }, "field firstNmae: message t.Shape has no such field; did you mean firstName?"],
  [{ first_name: "x" }, "field first_name: message t.Shape has no such field; did you mean firstName?"],
  [{ colour: "red" }, `field colour: message t.Shape has no such field; it has ${all}`],
  [{ toString: "x" }, `field toString: message t.Shape has no such field; it has ${all}`],
  [
    { circle: { firstName: "x" } },
    'field circle: message t.Shape has it in the oneof form; write form: { case: "circle", value: ... }',
  ],
  [{ form: { circle: {} } }, 'field form.circle: a oneof has the form { case: "circle", value: ... }'],
  [{ form: { case: "size", vlaue: 1 } }, "field form.vlaue: a oneof has the form { case, value }"],
  [
    { form: { case: "circle", value: { nmae: 1 } } },
    `field form.value.nmae: message t.Shape has no such field; it has ${all}`,
  ],
  [{ child: { child: { tok: 1 } } }, "field child.child.tok: message t.Shape has no such field; did you mean took?"],
  [{ parts: [{}, { prats: [] }] }, "field parts[1].prats: message t.Shape has no such field; did you mean parts?"],
  [{ byName: { "a b": { jsn: 1 } } }, 'field byName["a b"].jsn: message t.Shape has no such field; did you mean json?'],
  [{ at: new Date(0) }, `field at: ${timestamp} a Date`],
  [
    { labels: new Map() },
    "field labels: expected an object of keys and values, got a Map; write Object.fromEntries(map)",
  ],
  [{ parts: [new Map()] }, "field parts[0]: expected message t.Shape, got a Map"],
  [{ child: Promise.resolve() }, "field child: expected message t.Shape, got a Promise; it is not awaited"],
];

for (const delivery of ["compiled", "interpreted"] as const) {
  describe(`what plain objects would lose, ${delivery}`, () => {
    const checked = compiledCodecs({ delivery, checkFieldNames: true })(schema);
    const plain = compiledCodecs({ delivery })(schema);

    for (const [init, text] of wrong) {
      it(text, () => assert.throws(() => checked.encode(init, 0), { name: "TypeError", message: text }));
    }

    it("is none where all names are known, and whatever create made", () => {
      const init = {
        firstName: "x",
        form: { case: "circle", value: { form: { case: "size", value: 5 } } },
        parts: [{ labels: { a: "b" } }, create(schema)],
        byName: { "": { took: { seconds: 1n } } },
        at: timestampFromDate(new Date(5)),
        json: { anything: { goes: [1] } },
        child: undefined,
        nmae: undefined,
      };
      assert.deepEqual(checked.encode(init, 0), plain.encode(init, 0));
      const made = Object.assign(create(schema, { firstName: "x" }), { ownNote: 5 });
      assert.deepEqual(checked.encode(made, 0), plain.encode(made, 0));
      assert.deepEqual(checked.encode({ child: null }, 0), plain.encode({}, 0));
    });

    it("is taken without a word where nobody asked for the check, but for a Date", () => {
      assert.equal(plain.encode({ nmae: "x", circle: {} }, 0).length, 0);
      assert.throws(() => plain.encode({ at: new Date(0) }, 0), { message: `field t.Shape.at: ${timestamp} a Date` });
      assert.throws(() => plain.encode({ at: 5 }, 0), { message: `field t.Shape.at: ${timestamp} 5` });
      assert.throws(() => plain.encode({ took: 5 }, 0), /Duration \(durationFromMs\), got 5/);
    });

    it("is no endless search in an object that contains itself", () => {
      const init: Record<string, unknown> = {};
      init["child"] = init;
      assert.throws(() => checked.encode(init, 0), /nested too deep, or contains itself/);
    });
  });
}
