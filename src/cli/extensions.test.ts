import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { type Any, AnySchema } from "@bufbuild/protobuf/wkt";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { compile } from "../proto/compile.js";
import { registryOf } from "../proto/registry.js";
import { Server } from "../server/server.js";
import { reflection } from "../services/reflection.js";
import { extensionsOf } from "../services/reflection-names.js";
import { runMain } from "./io.testing.js";
import { ReplyJson } from "./reply-json.js";
import type { SchemaSource } from "./schema-source.js";

const files: Readonly<Record<string, string>> = {
  "stock.proto": `syntax = "proto2"; package stock; import "google/protobuf/any.proto";
    service Stock { rpc Put(Box) returns (Box); }
    message Box { repeated Item items = 1; map<string, Item> by_name = 2; optional google.protobuf.Any more = 3; }
    message Item { optional string name = 1; extensions 100 to 199; }`,
  "notes.proto": `syntax = "proto2"; package notes; import "stock.proto"; import "google/protobuf/descriptor.proto";
    message Note { optional string text = 1; extensions 5 to max; extend stock.Item { repeated Note notes = 101; } }
    enum Kind { ANY = 0; TEA = 1; }
    extend stock.Item { optional Kind kind = 100; optional int32 size = 102; }
    extend Note { optional stock.Item of = 5; }
    extend google.protobuf.FieldOptions { optional string unit = 50000; }`,
  "units.proto": `edition = "2024"; package units; import option "notes.proto";
    message Weight { int32 value = 1 [(notes.unit) = "kg"]; }`,
};

function compiled(texts: Readonly<Record<string, string>>) {
  const read = (path: string) => (texts[path] === undefined ? undefined : { text: texts[path], displayPath: path });
  const { files: all, diagnostics } = compile(Object.keys(texts), { read });
  assert.deepEqual(diagnostics, []);
  return registryOf(all);
}

describe("extensions that only a server knows", () => {
  const registry = compiled(files);
  const server = new Server();
  let host: string;

  before(async () => {
    const service = registry.getService("stock.Stock");
    const told = [registry.getFile("notes.proto"), registry.getFile("units.proto")];
    assert.ok(service !== undefined);
    server.add(service, { put: (box: Message) => box } as never);
    server.add(reflection({ files: told.filter((file) => file !== undefined) }));
    host = `${await server.listen("127.0.0.1:0")}`;
  });
  after(() => server.close({ graceMs: 0 }));

  const put = (request: object) => runMain("call", host, "stock.Stock/Put", JSON.stringify(request), "--json");

  it("are sent and shown, wherever they are", async () => {
    const request = {
      items: [
        { name: "a", "[notes.kind]": "TEA" },
        { "[notes.Note.notes]": [{ text: "x" }, { "[notes.of]": { "[notes.size]": 3 } }] },
      ],
      byName: { b: { "[notes.size]": 7 } },
      more: { "@type": "type.googleapis.com/stock.Item", "[notes.kind]": "TEA" },
    };
    const { code, stdout, stderr } = await put(request);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual(JSON.parse(stdout), request);
  });

  it("are shown where the request did not name them", async () => {
    const item = registry.getMessage("stock.Item") as DescMessage;
    // Of the field 102: the size, as 7.
    const value = Buffer.from(Uint8Array.of(0xb0, 0x06, 7)).toString("base64");
    assert.deepEqual(fromBinary(item, Buffer.from(value, "base64")).$unknown?.[0]?.no, 102);
    const weight = { "@type": "type.googleapis.com/units.Weight", value: 2 };
    assert.deepEqual(JSON.parse((await put({ more: weight })).stdout), { more: weight });
  });

  const wrong: readonly (readonly [request: object, message: RegExp])[] = [
    [
      { items: [{ "[notes.kidn]": 1 }] },
      /items\.0: the message stock\.Item has no extension notes\.kidn: did you mean n/,
    ],
    [
      { items: [{ "[no.Such]": 1 }] },
      /column 12: items\.0: .* has no extension no\.Such: it has notes\.kind, notes\.Note\.no/,
    ],
    [{ "[notes.kind]": "TEA" }, /the message stock\.Box has no extension notes\.kind: it is one of stock\.Item/],
    [
      { byName: { a: { "[notes.of]": {} } } },
      /column 17: byName\.a: the message stock\.Item has no extension notes\.of: it is one of no/,
    ],
    [{ "[no.Such]": "TEA" }, /the message stock\.Box has no extension no\.Such: it has none that is known/],
    [{ items: [{ "[notes.size]": "x" }] }, /items\.0\.\[notes\.size\]: a field of type int32 cannot be "x"/],
    [
      { items: [{ "[notes.Note.notes]": [{ txt: 1 }] }] },
      /\.0: the message notes\.Note has no field "txt": did you mean text\?/,
    ],
  ];
  for (const [request, message] of wrong) {
    it(`are checked: ${JSON.stringify(request)}`, async () => {
      const { code, stderr } = await put(request);
      assert.match((JSON.parse(stderr) as { readonly message: string }).message, message);
      assert.equal(code, 64);
    });
  }

  it("are described with the message, and so are options", async () => {
    const { stdout } = await runMain("describe", host, "stock.Item");
    assert.equal(
      stdout,
      `// stock.Item, message in stock.proto

message Item {
  optional string name = 1;
  extensions 100 to 199;
}

// extensions in the package notes, notes.proto
extend stock.Item {
  optional Kind kind = 100;
  optional int32 size = 102;
}

// extensions in the message notes.Note, notes.proto
extend stock.Item {
  repeated Note notes = 101;
}
`,
    );
    const json = JSON.parse((await runMain("describe", host, "stock.Item", "--json")).stdout) as { symbols: object[] };
    const [symbol] = json.symbols as { extensions: string[]; extensionsProto: string }[];
    assert.deepEqual(symbol?.extensions, ["notes.kind", "notes.Note.notes", "notes.size"]);
    assert.match(symbol?.extensionsProto ?? "", /^\/\/ extensions in the package notes.*\nextend stock\.Item \{\n/);
    const options = await runMain("describe", host, "google.protobuf.FieldOptions");
    assert.match(
      options.stdout,
      /\nextend google\.protobuf\.FieldOptions \{\n {2}optional string unit = 50000;\n\}\n$/,
    );
    const weight = await runMain("describe", host, "units.Weight");
    assert.match(weight.stdout, /int32 value = 1 \[\(notes\.unit\) = "kg"\];/);
  });
});

describe("what a server can make us ask", () => {
  const count = 150;
  const texts = Array.from({ length: count }, (_, i) => `message M${i} { extensions 1 to max; } `).join("");
  const fields = Array.from({ length: count }, (_, i) => `optional M${i} m${i} = ${i + 1}; `).join("");
  const file = `syntax = "proto2"; package p; import "google/protobuf/any.proto"; ${texts}
    message All { ${fields} repeated google.protobuf.Any anys = 1000; }`;
  const registry = compiled({ "p.proto": file });
  const all = registry.getMessage("p.All") as DescMessage;

  /** Knows its file, and counts what else it is asked for. */
  function source(asked: string[]): SchemaSource {
    return {
      name: "the server",
      registry,
      listServices: async () => [],
      findFile: async () => undefined,
      find: async (name) => {
        asked.push(name);
        return undefined;
      },
      findExtensions: async ({ typeName }) => {
        asked.push(typeName);
        return extensionsOf(registry, typeName);
      },
    };
  }
  const json = (asked: string[]) => new ReplyJson(source(asked), { emitDefaults: false, rawNames: false });

  it("is bounded for extensions: once for each type, and so many types", async () => {
    const parts: number[] = [];
    // Each field is a message of two extensions that nobody knows, of the numbers 1 and 2.
    for (let i = 1; i <= count; i++)
      parts.push(...(i < 16 ? [i * 8 + 2] : [((i * 8 + 2) % 128) | 128, (i * 8 + 2) >> 7]), 4, 8, 1, 16, 1);
    const message = fromBinary(all, Uint8Array.from(parts));
    const asked: string[] = [];
    const replies = json(asked);
    for (let i = 0; i < 2; i++) assert.equal(Object.keys((await replies.write(all, message)) as object).length, count);
    assert.equal(asked.length, 100);
    assert.equal(new Set(asked).size, 100);
  });

  it("is bounded for types in google.protobuf.Any", async () => {
    const anys = (from: number, to: number): Message => {
      const list = Array.from({ length: to - from }, (_, i) => {
        const any = { $typeName: "google.protobuf.Any", typeUrl: `x/no.T${from + i}`, value: new Uint8Array() } as Any;
        return [0xc2, 0x3e, toBinary(AnySchema, any).length, ...toBinary(AnySchema, any)];
      });
      return fromBinary(all, Uint8Array.from(list.flat()));
    };
    const asked: string[] = [];
    const replies = json(asked);
    await replies.write(all, anys(0, 600));
    await replies.write(all, anys(400, 1_000));
    assert.equal(asked.length, 1_000);
    await assert.rejects(replies.write(all, anys(1_000, 1_001)), (error) => {
      assert.ok(error instanceof RpcError);
      assert.equal(error.code, Status.RESOURCE_EXHAUSTED);
      assert.match(error.message, /more than 1000 types in google\.protobuf\.Any that nobody knows/);
      return true;
    });
    assert.equal(asked.length, 1_000);
  });
});
