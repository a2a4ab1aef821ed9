import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createTestCertificates } from "../testing/certificates.js";
import { runMain, TestIo } from "./io.testing.js";
import { type ShopServer, startShop } from "./server.testing.js";

describe("peregrine call", () => {
  let shop: ShopServer;
  before(async () => {
    shop = await startShop();
  });
  after(() => shop.close());
  const call = (method: string, ...rest: readonly string[]) =>
    runMain("call", shop.host, `shop.v1.Orders/${method}`, ...rest);

  it("makes calls of all four shapes", async () => {
    const unary = await call("Place", '{"orderId": "a", "counts": {"x": 1}}');
    assert.deepEqual([unary.code, unary.stderr], [0, ""]);
    assert.equal(unary.stdout, '{\n  "orderId": "a",\n  "counts": {\n    "x": 1\n  }\n}\n');
    const lines = await call("Split", '{"items": [{"name": "a"}, {"name": "b", "count": 2}]}', "--json");
    assert.deepEqual([lines.code, lines.stdout], [0, '{"name":"a"}\n{"name":"b","count":2}\n']);
    const joined = await call("Join", '{"name":"a"}{"name":"b"}', '{"name":"c"}', "--json");
    assert.equal(joined.stdout, '{"items":[{"name":"a"},{"name":"b"},{"name":"c"}]}\n');
    const talk = await call("Talk", '{"name":"a"} {"name":"b"}', "--json");
    assert.equal(talk.stdout, '{"name":"a!"}\n{"name":"b!"}\n');
    assert.equal((await call("Place", "--json")).stdout, "{}\n");
    assert.equal((await runMain("call", shop.host, "Orders.Place", "--json")).stdout, "{}\n");
  });

  it("prints replies in colours where it may, and those for programs never", async () => {
    const io = new TestIo("");
    io.colorStdout = true;
    const shown = await io.run("call", shop.host, "shop.v1.Orders/Place", '{"orderId": "a"}');
    assert.equal(shown.stdout, '{\n  \u001b[1;34m"orderId"\u001b[0m: \u001b[32m"a"\u001b[0m\n}\n');
    io.printed = { stdout: "", stderr: "" };
    const lines = await io.run("call", shop.host, "shop.v1.Orders/Place", '{"orderId": "a"}', "--json");
    assert.equal(lines.stdout, '{"orderId":"a"}\n');
  });

  it("sends each request of standard input as it completes, and ends although that is open", async () => {
    const io = new TestIo();
    const done = io.run("call", shop.host, "shop.v1.Orders/Talk", "--json");
    io.stdin.write('{"name": ');
    io.stdin.write('"a"}');
    await io.waitFor("stdout", '{"name":"a!"}\n');
    io.stdin.write('{"name":"b"}{"na');
    await io.waitFor("stdout", '{"name":"b!"}\n');
    io.stdin.write('me":"stop"}');
    assert.equal((await done).code, 0);
    assert.equal(io.stdin.destroyed, true);
  });

  it("is cancelled by Ctrl-C", async () => {
    const io = new TestIo();
    const done = io.run("call", shop.host, "shop.v1.Orders/Talk", "--json");
    io.stdin.write('{"name":"a"}');
    await io.waitFor("stdout", "a!");
    io.interrupt();
    assert.deepEqual([(await done).code, io.printed.stderr], [130, ""]);
  });

  it("reads requests from files and standard input", async () => {
    const file = join(shop.dir, "request.json");
    writeFileSync(file, '{"name":"a"}\n{"name":"b"}\n');
    const expected = '{"items":[{"name":"a"},{"name":"b"}]}\n';
    assert.equal((await call("Join", `@${file}`, "--json")).stdout, expected);
    assert.equal((await call("Join", "--data-file", file, "--json")).stdout, expected);
    const typed = await new TestIo('{"name":"a"} {"name":"b"}').run("call", shop.host, "Orders/Join", "-", "--json");
    assert.equal(typed.stdout, expected);
    const two = await call("Place", "{}{}");
    assert.deepEqual(two.code, 64);
    assert.match(two.stderr, /Orders\/Place takes one request, and 2 were given/);
  });

  it("takes the schema from .proto files, where the server tells nothing", async () => {
    const silent = await startShop({ reflection: false });
    try {
      const asked = await runMain("call", silent.host, "shop.v1.Orders/Place");
      assert.equal(asked.code, 12);
      assert.match(asked.stderr, /^UNIMPLEMENTED \(12\): .* has no reflection.*; name its files by --proto or --desc/);
      const called = await runMain("call", silent.host, "Orders/Place", "--proto", shop.protoPath, "--json");
      assert.deepEqual([called.code, called.stdout], [0, "{}\n"]);
      const set = join(shop.dir, "set.binpb");
      assert.equal((await runMain("build", shop.protoPath, "--out", set)).code, 0);
      const bySet = await runMain("call", silent.host, "Orders/Place", "--descriptor-set", set, "--json");
      assert.deepEqual([bySet.code, bySet.stdout], [0, "{}\n"]);
    } finally {
      await silent.close();
    }
  });

  it("gives the status, with its details decoded", async () => {
    const text = await call("Place", '{"orderId":"bad"}');
    assert.deepEqual([text.code, text.stdout], [9, ""]);
    assert.match(text.stderr, /^FAILED_PRECONDITION \(9\): the shop is closed\n {2}\{\n/);
    const json = JSON.parse((await call("Place", '{"orderId":"bad"}', "--json")).stderr) as unknown;
    assert.deepEqual(json, {
      code: 9,
      status: "FAILED_PRECONDITION",
      message: "the shop is closed",
      details: [
        {
          "@type": "type.googleapis.com/google.rpc.BadRequest",
          fieldViolations: [{ field: "order_id", description: "is bad" }],
        },
      ],
    });
  });

  it("prints a reply with a type that nobody knows", async () => {
    const { code, stdout, stderr } = await call("Place", '{"orderId":"any"}', "--json");
    assert.deepEqual([code, stdout], [0, '{"more":{"@type":"type.googleapis.com/nobody.Knows"}}\n']);
    const warning = "the server does not know the type nobody.Knows: its fields are not shown";
    assert.equal(stderr, `${JSON.stringify({ warning, type: "nobody.Knows" })}\n`);
    assert.equal((await call("Place", '{"orderId":"any"}')).stderr, `peregrine: ${warning}\n`);
  });

  it("prints defaults and raw names on request", async () => {
    const { stdout } = await call("Place", "--json", "--emit-defaults", "--raw-names");
    assert.equal(stdout, '{"order_id":"","items":[],"counts":{},"kind":"KIND_UNSPECIFIED"}\n');
  });

  it("shows headers, trailers, times and sizes, but no secrets", async () => {
    const args = ["--verbose", "--header", "x-a: b", "--bearer", "secret", "--timeout", "5s", "--compress", "gzip"];
    const { code, stderr } = await call("Place", '{"orderId":"a"}', ...args);
    assert.equal(code, 0);
    assert.match(stderr, /rpc Place\(shop\.v1\.Order\) returns/);
    const sent = stderr.match(/^> .*$/gm)?.map((line) => line.slice(2)) ?? [];
    assert.deepEqual(sent.slice(0, 5), [
      ":method: POST",
      ":scheme: http",
      ":path: /shop.v1.Orders/Place",
      `:authority: ${shop.host}`,
      "te: trailers",
    ]);
    assert.match(sent[6] ?? "", /^user-agent: \S+\/\d/);
    assert.match(sent[8] ?? "", /^grpc-accept-encoding: .*gzip/);
    assert.match(sent[9] ?? "", /^grpc-timeout: \d+[mun]$/);
    const rest = [sent[5], sent[7], ...sent.slice(10)];
    assert.deepEqual(rest, [
      "content-type: application/grpc",
      "grpc-encoding: gzip",
      "x-a: b",
      "authorization: (hidden)",
    ]);
    assert.match(stderr, /< shop: open\n/);
    assert.match(stderr, /first byte [\d.]+ ms.*\n\* sent 1 message of 3 bytes, received 1 message of 3 bytes\n$/);
    assert.doesNotMatch(stderr, /secret/);
  });

  const wrong: readonly (readonly [method: string, args: readonly string[], code: number, message: RegExp])[] = [
    ["Plac", [], 64, /has no method Plac: did you mean Place\?\nIt has:\n {2}Place\n {2}Split\n/],
    [
      "Place",
      ['{"orderid": 1}'],
      64,
      /line 1, column 2: the message shop\.v1\.Order has no field "orderid": did you m/,
    ],
    [
      "Place",
      ['{\n "kind": "KIND_SLOW"}'],
      64,
      /line 2, column 10: kind: a field of type shop\.v1\.Kind cannot be "KIND_/,
    ],
    [
      "Place",
      ['{"items": [{}, {"count": "x"}]}'],
      64,
      /column 26: items\.1\.count: a field of type int32 cannot be "x"/,
    ],
    ["Place", ['{"counts": {"a": 1.5}}'], 64, /column 18: counts\.a: a value of type int32 cannot be 1\.5/],
    [
      "Place",
      ['{"items": [5]}'],
      64,
      /column 12: items\.0: the message shop\.v1\.Item must be an object \{\.\.\.\}, not 5/,
    ],
    [
      "Place",
      ['{"at": "today"}'],
      64,
      /column 8: at: google\.protobuf\.Timestamp cannot be "today": invalid RFC 3339 string/,
    ],
    ["Place", ['{"orderId": "a",}'], 64, /column 17: this is not JSON: a name in double quotes was expected.*, not \}/],
    ["Place", ['{"orderId": "a"'], 64, /column 16: this is not JSON: "," or "\}" was expected, but the text ends/],
    ["Join", ["{} {} {'name'}"], 64, /the request, request 3, line 1, column 8: this is not JSON/],
    ["Place", ["--header", "grpc-x: 1"], 64, /metadata key "grpc-x" is reserved/],
    ["Place", ["--bearer-env", "NO_SUCH_VARIABLE_HERE"], 64, /there is no token in it/],
    ["Place", ["--cert", "x"], 64, /--cert without --key: a certificate and its key belong together/],
    ["Place", ["--timeout", "5"], 64, /'5' is invalid.*unit/],
    ["Place", ["--ca", "/no/such/file"], 70, /--ca \/no\/such\/file: cannot be read/],
    ["Place", ["--compress", "best"], 64, /"best" is not known here/],
    ["Place", ["--max-message-bytes", "1", '{"orderId":"abc"}', "--proto", "PROTO"], 8, /^RESOURCE_EXHAUSTED \(8\): /],
  ];
  for (const [method, args, code, message] of wrong) {
    it(`says what is wrong: ${method} ${args.join(" ")}`, async () => {
      const result = await call(method, ...args.map((arg) => (arg === "PROTO" ? shop.protoPath : arg)));
      assert.match(result.stderr, message);
      assert.deepEqual([result.code, result.stdout], [code, ""]);
    });
  }

  it("tells services apart, and servers that are not there", async () => {
    const near = await runMain("call", shop.host, "shop.v1.Order/Place");
    assert.equal(near.code, 64);
    assert.match(near.stderr, /shop\.v1\.Order is not a service, but of the kind message/);
    const other = await runMain("call", shop.host, "shop.v2.Orders/Place");
    assert.match(other.stderr, /did you mean shop\.v1\.Orders\?\nThere are:\n/);
    const gone = await runMain("call", "127.0.0.1:1", "a.B/C");
    assert.equal(gone.code, 14);
    assert.match(gone.stderr, /^UNAVAILABLE \(14\): /);
    const waited = await runMain("call", "127.0.0.1:1", "a.B/C", "--wait-for-ready", "--connect-timeout", "50ms");
    assert.equal(waited.code, 14);
    assert.equal((await runMain("call", "a:b:c", "a.B/C")).code, 64);
  });
});

describe("peregrine call over TLS", () => {
  it("trusts whom it is told to, shows its certificate, or takes anybody", async () => {
    const { server, client, ca } = createTestCertificates();
    const shop = await startShop({ tls: { ...server, ca, clientCertificate: "request" } });
    const files = { ca, cert: client.cert, key: client.key };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(shop.dir, name), text);
    const at = (name: string) => join(shop.dir, name);
    const call = (...args: readonly string[]) => runMain("call", shop.host, "Orders/Place", "--json", ...args);
    try {
      assert.equal((await call("--tls")).code, 14);
      const trusted = await call("--ca", at("ca"), "--server-name", "localhost");
      assert.deepEqual([trusted.stdout, trusted.stderr], ["{}\n", ""]);
      assert.equal((await call("--ca", at("ca"), "--cert", at("cert"), "--key", at("key"))).stdout, "{}\n");
      assert.equal((await call("--insecure")).stdout, "{}\n");
      assert.equal((await call("--insecure", "--ca", at("ca"))).code, 64);
      assert.equal((await call("--ca", at("ca"), "--server-name", "elsewhere.test")).code, 14);
    } finally {
      await shop.close();
    }
  });
});
