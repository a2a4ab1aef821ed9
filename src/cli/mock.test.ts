import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type DescMessage, fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import { amount } from "../base/amount.testing.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { Channel } from "../client/channel.js";
import { loadProtoSync } from "../generate/load-proto.js";
import { plausibleMessage } from "../mock/plausible.js";
import { parseReplies } from "../mock/replies.js";
import { BadRequestSchema } from "../rpc/index.js";
import { ReflectionClient } from "../services/reflection-client.js";
import { createTestCertificates } from "../testing/certificates.js";
import { CliProcess, makeDir, put, runCli } from "./cli.testing.js";

const proto = `syntax = "proto3"; package shop;
import "google/protobuf/timestamp.proto"; import "google/protobuf/wrappers.proto"; import "google/protobuf/struct.proto";
import "google/protobuf/any.proto"; import "google/protobuf/duration.proto";
service Shop {
  rpc Price(Ask) returns (Article);
  rpc Watch(Ask) returns (stream Article);
  rpc Order(stream Ask) returns (Article);
  rpc Chat(stream Ask) returns (stream Article);
}
message Ask { string article = 1; int64 number = 2; }
message Article {
  string article = 1; string email = 2; string id = 3; google.protobuf.Timestamp created_at = 4; Kind kind = 5;
  Article parent = 6; repeated Article parts = 7; map<string, Article> by_name = 8; int64 cents = 9; bytes data = 10;
  oneof how { string note = 11; uint32 percent = 12; Article other = 13; } optional bool ok = 14; float latitude = 15;
  google.protobuf.StringValue wrapped = 16; google.protobuf.Struct extra = 17; google.protobuf.Any any = 18;
  google.protobuf.Duration takes = 19; map<int32, string> names = 20; repeated string emails = 21; repeated google.protobuf.Any anys = 22;
}
enum Kind { KIND_UNSPECIFIED = 0; KIND_A = 1; KIND_B = 2; }
`;
const replies = `
- method: shop.Shop/Price
  request: { article: tea, number: 7 }
  response: { article: tea, cents: 250 }
- method: Price
  request: { article: none }
  status:
    code: NOT_FOUND
    message: no such article
    details: [{ "@type": type.googleapis.com/google.rpc.BadRequest, fieldViolations: [{ field: article }] }]
- { method: Watch, delayMs: 1, responses: [{ article: a }, { article: b }], status: { code: 14 } }
- { method: Chat, request: { article: twice }, responses: [{ article: x }, { article: "y" }] }
`;

interface Article {
  readonly article: string;
  readonly email: string;
  readonly cents: bigint;
}

describe("peregrine mock", () => {
  const dir = makeDir({ "shop.proto": proto, "replies.yaml": replies });
  const loaded = loadProtoSync(join(dir, "shop.proto"));
  const schema = loaded.message("shop.Article") as unknown as DescMessage;
  const service = loaded.service("shop.Shop", {
    price: "unary",
    watch: "server_streaming",
    order: "client_streaming",
    chat: "bidi_streaming",
  });
  let mock: CliProcess;
  let channel: Channel;

  before(async () => {
    mock = new CliProcess(dir, [
      "mock",
      "shop.proto",
      "--listen",
      "127.0.0.1:0",
      "--replies",
      "replies.yaml",
      "--watch",
    ]);
    channel = new Channel(await listening(mock));
  });
  after(async () => {
    await channel.close({ graceMs: 0 });
    mock.interrupt();
    assert.equal((await mock.ended()).code, 0);
    rmSync(dir, { recursive: true });
  });

  it("makes up data that fits every type, the same for the same seed, and not too deep", () => {
    const seen = new Set<string>();
    const seeds = amount(15, 50);
    for (let seed = 0; seed < seeds; seed++) {
      const message = plausibleMessage(schema, `${seed}`);
      const bytes = toBinary(schema, message);
      assert.ok(bytes.length < 200_000);
      const json = JSON.stringify(toJson(schema, fromBinary(schema, bytes), { registry: loaded.registry }));
      assert.equal(
        json,
        JSON.stringify(toJson(schema, plausibleMessage(schema, `${seed}`), { registry: loaded.registry })),
      );
      seen.add(json);
      const article = message as unknown as Record<string, unknown>;
      assert.match(article["email"] as string, /^[a-z]+\.[a-z]+@example\.com$/);
      assert.match(article["id"] as string, /^[0-9a-f-]{36}$/);
      assert.ok([1, 2].includes(article["kind"] as number), "zero says nothing");
      assert.ok(Math.abs(article["latitude"] as number) <= 90);
      assert.match((article["emails"] as string[])[0] as string, /@/);
    }
    assert.equal(seen.size, seeds);
  });

  it("answers all four shapes, by the file and with made-up data", async () => {
    const shop = channel.client(service);
    assert.equal(((await shop.price({ article: "tea", number: 7n })) as unknown as Article).cents, 250n);
    const made = (await shop.price({ article: "milk" })) as unknown as Article;
    assert.equal(made.article, "milk", "what the request has is given back");
    assert.deepEqual(await shop.price({ article: "milk" }), made, "the same request gets the same response");
    assert.notEqual(
      ((await shop.price({ article: "tea" })) as unknown as Article).cents,
      250n,
      "the number is another one",
    );
    assert.match(((await shop.order([{ article: "rice" }])) as unknown as Article).email, /@/);
    const chat: string[] = [];
    for await (const one of shop.chat([{ article: "once" }, { article: "twice" }])) chat.push(one["article"] as string);
    assert.deepEqual(chat, ["once", "x", "y"]);
  });

  it("ends with statuses and details, after the messages of a stream", async () => {
    const shop = channel.client(service);
    await assert.rejects(shop.price({ article: "none" }), (error) => {
      assert.ok(error instanceof RpcError);
      assert.deepEqual([error.code, error.message], [Status.NOT_FOUND, "no such article"]);
      assert.equal(error.findDetails(BadRequestSchema)[0]?.fieldViolations[0]?.field, "article");
      return true;
    });
    const articles: unknown[] = [];
    const read = async (): Promise<void> => {
      for await (const one of shop.watch({})) articles.push(one["article"]);
    };
    await assert.rejects(read(), (error) => error instanceof RpcError && error.code === Status.UNAVAILABLE);
    assert.deepEqual(articles, ["a", "b"]);
  });

  it("has reflection, and prints calls", async () => {
    assert.ok((await new ReflectionClient(channel).listServices()).includes("shop.Shop"));
    await channel.client(service).price({ article: "shown" });
    await mock.waitFor("stderr", '{"article":"shown"}');
  });

  it("reads the files again when one changes, and keeps the old ones while there is a mistake", async () => {
    put(dir, "shop.proto", "syntax = oops");
    await mock.waitFor("stderr", "serving the files as they were before");
    put(
      dir,
      "shop.proto",
      proto.replace("service Shop", "service Store { rpc Open(Ask) returns (Ask); } service Shop"),
    );
    await mock.waitFor("stderr", "serving them as they are now");
    assert.ok((await new ReflectionClient(channel, { timeoutMs: 5_000 }).listServices()).includes("shop.Store"));
    put(dir, "shop.proto", proto);
    await mock.waitFor("stderr", "serving them as they are now");
  });

  it("reads the replies again when they change", async () => {
    put(dir, "replies.yaml", `${replies}\n- { method: Price, request: { article: new }, response: { cents: 1 } }\n`);
    await mock.waitFor("stderr", "serving them as they are now");
    assert.equal(((await channel.client(service).price({ article: "new" })) as unknown as Article).cents, 1n);
  });

  it("serves a descriptor set, over TLS", async () => {
    const certificates = createTestCertificates();
    put(dir, "cert.pem", certificates.server.cert);
    put(dir, "key.pem", certificates.server.key);
    assert.equal((await runCli(dir, "build", "shop.proto", "--out", "shop.binpb")).code, 0);
    const tls = ["--cert", "cert.pem", "--key", "key.pem"];
    const other = new CliProcess(dir, ["mock", "--descriptor-set", "shop.binpb", "--listen", "127.0.0.1:0", ...tls]);
    const secure = new Channel(await listening(other), { tls: { ca: certificates.ca, serverName: "localhost" } });
    const made = (await secure.client(service).price({ article: "milk" })) as unknown as Article;
    assert.equal(made.article, "milk");
    await secure.close({ graceMs: 0 });
    other.interrupt();
    assert.equal((await other.ended()).code, 0);
  });

  it("tells mistakes with their place", async () => {
    const wrong: [string, RegExp][] = [
      ["{}", /must be a list/],
      ["- { method: Prize, response: {} }", /reply 1: no service has the method "Prize"; there are shop\.Shop\/Price/],
      ["- { method: Price }", /answers once: give one response, or a status/],
      ["- { method: Price, response: { cents: x } }", /reply 1: .*cents/],
      ["- { method: Price, answer: {} }", /answer is not known/],
      ["- { method: Price, status: { code: NOPE } }", /name as NOT_FOUND/],
      ["- { method: Watch, response: {}, responses: [] }", /not both/],
      ["- { method: Price, delayMs: -1, response: {} }", /delayMs/],
    ];
    const services = loaded.services as never;
    for (const [text, message] of wrong)
      assert.throws(() => parseReplies(text, services, loaded.registry), message, text);
    const inUse = await runCli(dir, "mock", "shop.proto", "--listen", channel.target);
    assert.deepEqual([inUse.code, inUse.stdout], [1, ""]);
    assert.match(inUse.stderr, /--listen .*in use/);
    const none = await runCli(dir, "mock", "shop.proto", "--replies", "no.yaml");
    assert.match(none.stderr, /--replies no\.yaml: cannot be read/);
    const wrongFlags: [readonly string[], RegExp][] = [
      [[], /name \.proto files, or descriptors by --descriptor-set/],
      [["shop.proto", "--descriptor-set", "shop.binpb"], /one of them/],
      [["shop.proto", "--cert", "cert.pem"], /--cert without --key/],
      [["shop.proto", "--ca", "cert.pem"], /needs --cert and --key/],
    ];
    for (const [args, message] of wrongFlags) {
      const run = await runCli(dir, "mock", ...args);
      assert.equal(run.code, 2, args.join(" "));
      assert.match(run.stderr, message);
    }
    assert.ok(readFileSync(join(dir, "shop.proto"), "utf8").length > 0);
  });
});

async function listening(mock: CliProcess): Promise<string> {
  await mock.waitFor("stderr", "Listening on ");
  return mock.takeUntil("stderr", ": ");
}
