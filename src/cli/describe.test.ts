import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type DescFile, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { compile } from "../proto/compile.js";
import { registryOf } from "../proto/registry.js";
import { runMain, TestIo } from "./io.testing.js";
import { ProtoText } from "./proto-text.js";
import { type ShopServer, startShop } from "./server.testing.js";

const files: Readonly<Record<string, string>> = {
  "opt.proto": `syntax = "proto2"; package opt; import "google/protobuf/descriptor.proto";
    message Rule { optional string text = 1; repeated int32 sizes = 2; map<string, double> m = 3; optional Rule in = 4;
      optional bytes raw = 5; extensions 100 to 199; }
    extend Rule { optional bool strict = 100; }
    extend google.protobuf.FieldOptions { optional Rule rule = 50000; repeated string tags = 50001; }
    extend google.protobuf.MessageOptions { optional float weight = 50000; }
    extend google.protobuf.MethodOptions { optional int64 cost = 50000; }`,
  "two.proto": `syntax = "proto2"; package a.b; import public "opt.proto"; option java_package = "x\\"y"; option deprecated = true;
    option php_namespace = "\\u009b\\u0085\\u202e\\x1b\\177é"; message M { option (opt.weight) = inf; required string s = 1 [default = "a\\n\\"b", (opt.tags) = "x", (opt.tags) = "y"];
      optional bytes by = 2 [default = "\\001\\377a"]; optional E e = 3 [default = TWO]; optional double d = 4 [default = -inf];
      repeated group Part = 5 { optional int32 n = 1; optional group Deep = 2 {} }
      oneof choice { string t = 6; group Other = 7 { optional M m = 1; } }
      repeated int32 p = 8 [packed = true, (opt.rule) = { text: "q" sizes: [1, 2] m { key: "k" value: 1.5 } in {} raw: "\\377"
        [opt.strict]: true }];
      map<int64, M.Inner> inner = 9 [json_name = "INNER"];
      message Inner { message b { optional E e = 1; } optional a.b.E e = 2; optional .a.b.M m = 3; }
      extensions 100 to 120, 200 to max; reserved 50 to 60, 70; reserved "old", "older";
      extend M { optional string ext = 100; } enum E { ONE = 1; TWO = 2; } }
    enum E { option allow_alias = true; reserved -5 to -1, 9 to max; reserved "GONE"; ZERO = 0; NULL = 0 [deprecated = true]; }
    extend M { repeated group Far = 101 { optional string x = 1; } optional E near = 102; }
    service S { option deprecated = true; rpc A(M) returns (stream M) { option (opt.cost) = 5; } rpc B(stream M.Inner) returns (M); }`,
  "three.proto": `syntax = "proto3"; package c; import "two.proto"; message M { optional int32 o = 1; .a.b.M other = 2; string foo_bar = 3;
    oneof x { int32 y = 4; } message a {} .a.b.M.Inner q = 5; }`,
  "ed.proto": `edition = "2023"; package ed; option features.field_presence = IMPLICIT; message M { int32 a = 1;
    string b = 2 [features.field_presence = EXPLICIT, default = "x"]; M m = 3 [features.message_encoding = DELIMITED];
    reserved gone; repeated E es = 4; } enum E { option features.enum_type = CLOSED; Z = 0; reserved OLD; }`,
  "ed24.proto": `edition = "2024"; package ed24; import option "opt.proto"; export message M { local enum E { Z = 0; } }`,
};

function compiled(texts: Readonly<Record<string, string>>): readonly FileDescriptorProto[] {
  const read = (path: string) => (texts[path] === undefined ? undefined : { text: texts[path], displayPath: path });
  const result = compile(Object.keys(files), { read });
  assert.deepEqual(
    result.diagnostics.filter((one) => one.severity === "error"),
    [],
  );
  return result.files;
}

describe(".proto text of descriptors", () => {
  for (const name of Object.keys(files)) {
    it(`compiles to the same descriptor again: ${name}`, () => {
      const before = compiled(files);
      const registry = registryOf(before);
      const text = new ProtoText(registry).write(registry.getFile(name) as DescFile);
      const after = compiled({ ...files, [name]: text });
      const bytesOf = (all: readonly FileDescriptorProto[]) => {
        const file = all.find((one) => one.name === name) as FileDescriptorProto;
        return Buffer.from(
          toBinary(FileDescriptorProtoSchema, sorted({ ...file, sourceCodeInfo: undefined })),
        ).toString("hex");
      };
      assert.equal(bytesOf(after), bytesOf(before), text);
    });
  }

  it("keeps comments", () => {
    const texts = {
      ...files,
      "ed24.proto": `// head

// syntax
edition = "2024";
package ed24; // behind
// one
// two
message M { // opens
  // detached

  // field
  int32 a = 1; // trailing
  /* long
   * one */
  int32 b = 2;
}
`,
    };
    const registry = registryOf(compiled(texts));
    assert.equal(
      new ProtoText(registry).write(registry.getFile("ed24.proto") as DescFile),
      `// head

// syntax
edition = "2024";

package ed24; // behind

// one
// two
message M { // opens
  // detached

  // field
  int32 a = 1; // trailing
  // long
  // one
  int32 b = 2;
}
`,
    );
  });
});

/** The order of groups among nested types is that of the text, which is not kept. */
function sorted(file: FileDescriptorProto): FileDescriptorProto {
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  const inner = (types: FileDescriptorProto["messageType"]): FileDescriptorProto["messageType"] =>
    types.map((type) => ({ ...type, nestedType: inner(type.nestedType) })).sort(byName);
  return { ...file, messageType: inner(file.messageType) };
}

describe("peregrine list and describe", () => {
  let shop: ShopServer;
  before(async () => {
    shop = await startShop();
  });
  after(() => shop.close());

  it("lists services and methods, of a server and of files", async () => {
    const services = await runMain("list", shop.host);
    assert.deepEqual([services.code, services.stderr], [0, ""]);
    assert.match(services.stdout, /^grpc\.health\.v1\.Health\n[\s\S]*shop\.v1\.Orders\n$/);
    const methods = ["Place", "Split", "Join", "Talk"].map((name) => `shop.v1.Orders/${name}\n`).join("");
    assert.equal((await runMain("list", shop.host, "Orders")).stdout, methods);
    assert.equal((await runMain("list", "--proto", shop.protoPath)).stdout, "shop.v1.Orders\n");
    assert.equal((await runMain("list", "--proto", shop.protoPath, "--methods")).stdout, methods);
    const long = (await runMain("list", "--proto", shop.protoPath, "--long", "Orders")).stdout;
    assert.match(long, /^shop\.v1\.Orders\/Talk\(stream shop\.v1\.Item\) returns \(stream shop\.v1\.Item\)$/m);
    const json = JSON.parse((await runMain("list", shop.host, "Orders", "--json")).stdout) as { methods: unknown[] };
    assert.deepEqual(json.methods[1], {
      method: "shop.v1.Orders/Split",
      request: "shop.v1.Order",
      response: "shop.v1.Item",
      clientStreaming: false,
      serverStreaming: true,
    });
    const unknown = await runMain("list", shop.host, "Order");
    assert.equal(unknown.code, 64);
    assert.match(unknown.stderr, /there is no service Order .*: did you mean shop\.v1\.Orders\?/);
    assert.equal((await runMain("list")).code, 64);
  });

  it("describes with comments", async () => {
    const { stdout } = await runMain("describe", "--proto", shop.protoPath, "Orders");
    assert.equal(
      stdout,
      `// shop.v1.Orders, service in shop.proto

// Takes orders.
service Orders {
  // Gives back what it gets.
  rpc Place(Order) returns (Order);
  rpc Split(Order) returns (stream Item); // one by one
  rpc Join(stream Item) returns (Order);
  rpc Talk(stream Item) returns (stream Item);
}
`,
    );
    const order = await runMain("describe", shop.host, "shop.v1.Order");
    assert.match(order.stdout, /\n {2}map<string, int32> counts = 3;\n/);
    assert.match(order.stdout, /\n {2}optional bool gift = 10 \[deprecated = true\];\n/);
    assert.match(order.stdout, /\n {2}reserved 9, 20 to max;\n {2}reserved "old";\n\}\n$/);
    assert.match((await runMain("describe", shop.host, "Order.card")).stdout, /string card = 5;/);
    assert.match((await runMain("describe", shop.host, "Orders/Talk")).stdout, /rpc Talk\(stream Item\)/);
    assert.match((await runMain("describe", shop.host)).stdout, /service Health \{[\s\S]*service Orders \{/);
    assert.match((await runMain("describe", shop.host, "shop.proto")).stdout, /^(\/\/.*\n)?syntax = "proto3";/);
    const json = JSON.parse((await runMain("describe", shop.host, "Kind", "--json")).stdout) as { symbols: object[] };
    assert.deepEqual(
      { ...json.symbols[0], proto: undefined },
      { name: "shop.v1.Kind", kind: "enum", file: "shop.proto", proto: undefined },
    );
    const unknown = await runMain("describe", shop.host, "shop.v1.Ordr");
    assert.equal(unknown.code, 64);
    assert.match(unknown.stderr, /did you mean shop\.v1\.Order/);
  });

  it("writes requests to fill in, which can be sent", async () => {
    const { stdout } = await runMain("describe", shop.host, "Orders/Place", "--template");
    assert.deepEqual(JSON.parse(stdout), {
      orderId: "",
      items: [{ name: "", count: 0 }],
      counts: { key: 0 },
      kind: "KIND_UNSPECIFIED",
      card: "",
      at: "1970-01-01T00:00:00Z",
      more: { "@type": "type.googleapis.com/pkg.Type" },
      gift: false,
    });
    assert.equal((await runMain("call", shop.host, "Orders/Join", "-")).code, 0);
    assert.equal((await runMain("describe", shop.host, "Kind", "--template")).code, 64);
  });
});

describe("peregrine health", () => {
  it("ends with the codes of grpc_health_probe", async () => {
    const shop = await startShop();
    try {
      assert.deepEqual(await runMain("health", shop.host), { code: 0, stdout: "SERVING\n", stderr: "" });
      shop.health.set("shop.v1.Orders", "NOT_SERVING");
      const json = await runMain("health", shop.host, "shop.v1.Orders", "--json");
      assert.deepEqual([json.code, json.stdout], [4, '{"service":"shop.v1.Orders","status":"NOT_SERVING"}\n']);
      const unknown = await runMain("health", shop.host, "nobody");
      assert.equal(unknown.code, 3);
      assert.match(unknown.stderr, /knows no service "nobody"/);
      assert.equal((await runMain("health", "127.0.0.1:1")).code, 2);
      assert.equal((await runMain("health")).code, 1);
      const io = new TestIo("");
      const watched = io.run("health", shop.host, "shop.v1.Orders", "--watch");
      await io.waitFor("stdout", "NOT_SERVING\n");
      shop.health.set("shop.v1.Orders", "SERVING");
      await io.waitFor("stdout", "\nSERVING\n");
      io.interrupt();
      assert.equal((await watched).code, 130);
    } finally {
      await shop.close();
    }
  });
});
