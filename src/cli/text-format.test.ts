import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { runMain, TestIo } from "./io.testing.js";
import { type ShopServer, startShop } from "./server.testing.js";
import { TextSplitter } from "./text-splitter.js";

describe("peregrine call --format text", () => {
  let shop: ShopServer;
  before(async () => {
    shop = await startShop();
  });
  after(() => shop.close());
  const call = (method: string, ...rest: readonly string[]) =>
    runMain("call", shop.host, `shop.v1.Orders/${method}`, "--format", "text", ...rest);

  it("reads requests and writes replies, with U+001E between them", async () => {
    const one = await call("Place", 'order_id: "a" counts { key: "x" value: 1 }');
    assert.deepEqual(one, { code: 0, stdout: 'order_id: "a"\ncounts {\n  key: "x"\n  value: 1\n}\n', stderr: "" });
    const split = await call("Split", "items { name: 'a' } items { name: 'b' count: 2 }");
    assert.equal(split.stdout, 'name: "a"\n\u001e\nname: "b"\ncount: 2\n');
    const joined = await call("Join", "name: 'a' \u001e name: 'b'", "name: 'c'");
    assert.equal(joined.stdout, ["a", "b", "c"].map((name) => `items {\n  name: "${name}"\n}\n`).join(""));
    assert.deepEqual(await call("Place"), { code: 0, stdout: "", stderr: "" });
    assert.match((await call("Place", "--emit-defaults")).stdout, /^order_id: ""\nkind: KIND_UNSPECIFIED\n/);
  });

  it("asks the server for what an Any has, both ways", async () => {
    const text = "more { [type.googleapis.com/shop.v1.Item] { name: 'a' } }";
    const { code, stdout } = await call("Place", text);
    assert.deepEqual([code, stdout], [0, 'more {\n  [type.googleapis.com/shop.v1.Item] {\n    name: "a"\n  }\n}\n']);
  });

  it("takes requests from standard input as they complete", async () => {
    const io = new TestIo();
    const done = io.run("call", shop.host, "shop.v1.Orders/Talk", "--format", "text");
    io.stdin.write('name: "a" \u001e name:');
    await io.waitFor("stdout", 'name: "a!"\n');
    io.stdin.write('"stop"\u001e');
    assert.equal((await done).code, 0);
  });

  it("says where a request is wrong", async () => {
    const wrong = await call("Talk", "name: 'a'\n\u001e name: 'b'\n\u001e nmae: 'c'");
    assert.equal(wrong.code, 64);
    assert.match(
      wrong.stderr,
      /the request, request 3, line 3, column 3: message shop\.v1\.Item has no field nmae: did you mean name\?/,
    );
  });

  it("does not go with what is for JSON", async () => {
    for (const flag of ["--json", "--raw-names"]) {
      const { code, stderr } = await call("Place", flag);
      assert.equal(code, 64);
      assert.match(stderr, new RegExp(`--format text cannot stand with ${flag}: `));
    }
    assert.match((await call("Place", "--format", "yaml")).stderr, /Allowed choices are json, text/);
  });

  it("writes templates, which can be sent", async () => {
    const describeText = (...args: readonly string[]) => runMain("describe", shop.host, ...args, "--format", "text");
    const { code, stdout } = await describeText("Orders/Place", "--template");
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^order_id: ""\nitems \{\n {2}name: ""\n {2}count: 0\n\}\ncounts \{\n {2}key: ""\n {2}value: 0\n\}\n/,
    );
    const sent = await call("Place", stdout.replace("pkg.Type", "shop.v1.Item"));
    assert.deepEqual([sent.code, sent.stderr], [0, ""]);
    assert.match((await describeText("Orders")).stderr, /--format text is for --template/);
    assert.match((await describeText("Orders/Place", "--template", "--json")).stderr, /cannot stand with --json/);
  });
});

it("cuts messages of the text format, wherever the parts end", () => {
  const text = "a: 1\n\u001e\u001e b: 2\u001e\n";
  const whole = [
    { text: "a: 1\n", line: 1, column: 1 },
    { text: "", line: 2, column: 2 },
    { text: " b: 2", line: 2, column: 3 },
  ];
  for (let cut = 0; cut <= text.length; cut++) {
    const splitter = new TextSplitter();
    const pieces = [...splitter.push(text.slice(0, cut)), ...splitter.push(text.slice(cut)), ...splitter.end()];
    assert.deepEqual(pieces, whole);
  }
});
