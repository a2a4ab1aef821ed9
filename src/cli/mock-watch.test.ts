import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Channel } from "../client/channel.js";
import { loadProtoSync } from "../generate/load-proto.js";
import { ReflectionClient } from "../services/reflection-client.js";
import { makeDir, put } from "./cli.testing.js";
import { type MainRun, TestIo } from "./io.testing.js";

/** A file with a service, whose messages have a field of that name. */
function proto(service: string, field: string = "old", more: string = ""): string {
  return `syntax = "proto3"; package t; ${more}
service ${service} { rpc Ask(${service}M) returns (${service}M); rpc Chat(stream ${service}M) returns (stream ${service}M); }
message ${service}M { string ${field} = 1; }
`;
}

const shapes = { ask: "unary", chat: "bidi_streaming" } as const;

describe("peregrine mock --watch", { timeout: 30_000 }, () => {
  let dir: string;
  let io: TestIo;
  let running: Promise<MainRun>;
  let channel: Channel;

  beforeEach(async () => {
    dir = makeDir({ "protos/a.proto": proto("A"), "protos/deep/b.proto": proto("B") });
    put(dir, "other/shared/s.proto", 'syntax = "proto3"; package s; message Out { string old = 1; }');
    put(dir, "protos/uses.proto", proto("Uses", "old", 'import "shared/s.proto"; message U { s.Out out = 1; }'));
    io = new TestIo("");
    const at = (path: string): string => join(dir, path);
    const flags = ["--include", at("protos"), "--include", at("other"), "--listen", "127.0.0.1:0", "--watch", "--json"];
    running = io.run("mock", at("protos"), ...flags, "--quiet");
    await Promise.race([io.waitFor("stdout", '"listening"'), running]);
    const { target } = JSON.parse(io.printed.stdout) as { target: string };
    channel = new Channel(target);
  });
  afterEach(async () => {
    await channel.close({ graceMs: 0 });
    io.interrupt();
    assert.equal((await running).code, 0);
    rmSync(dir, { recursive: true });
  });

  /** Writes files, and waits for what is told of them: an event with these fields. */
  async function change(files: Readonly<Record<string, string>>, told: string): Promise<void> {
    io.printed.stdout = "";
    for (const [path, text] of Object.entries(files)) put(dir, path, text);
    await io.waitFor("stdout", told);
  }

  async function fieldsOf(type: string): Promise<(string | undefined)[]> {
    const found = await new ReflectionClient(channel, { timeoutMs: 5_000 }).find(type);
    assert.equal(found?.kind, "message");
    return found.fields.map(({ name }) => name);
  }

  it("keeps connections, and lets calls end as they began", async () => {
    const old = loadProtoSync(join(dir, "protos/a.proto")).service("t.A", shapes);
    const requests = new RequestQueue();
    const replies = channel.client(old).chat(requests.all())[Symbol.asyncIterator]();
    requests.send({ old: "one" });
    assert.equal((await replies.next()).value?.["old"], "one");
    await change({ "protos/a.proto": proto("A", "young") }, '"reloaded"');
    requests.send({ old: "two" });
    assert.equal((await replies.next()).value?.["old"], "two", "a connection that is cut ends the call");
    const young = loadProtoSync(join(dir, "protos/a.proto")).service("t.A", shapes);
    assert.equal((await channel.client(young).ask({ young: "three" }))["young"], "three");
    requests.end();
    assert.equal((await replies.next()).done, true);
    assert.deepEqual(await fieldsOf("t.AM"), ["young"]);
  });

  it("sees directories below, new ones too, and imports from elsewhere", async () => {
    await change({ "protos/deep/b.proto": proto("Changed") }, '"t.Changed"');
    await change({ "protos/new/deeper/c.proto": proto("C") }, '"t.C"');
    await change({ "protos/new/deeper/c.proto": proto("D") }, '"t.D"');
    const shared = 'syntax = "proto3"; package s; message Out { string young = 1; }';
    await change({ "other/shared/s.proto": shared }, '"reloaded"');
    assert.deepEqual(await fieldsOf("s.Out"), ["young"]);
    const services = await new ReflectionClient(channel).listServices();
    assert.deepEqual(
      services.filter((name) => name.startsWith("t.")),
      ["t.A", "t.Changed", "t.D", "t.Uses"],
    );
  });

  it("tells mistakes, and serves what it did before", async () => {
    await change({ "protos/deep/b.proto": proto("B", "young").replace("message BM", "message") }, '"mistake"');
    const { error, diagnostics } = JSON.parse(io.printed.stdout.split("\n")[0] ?? "") as {
      error: string;
      diagnostics: { line: number }[];
    };
    assert.deepEqual([error, diagnostics[0]?.line], ["the .proto files have errors", 3]);
    assert.deepEqual(await fieldsOf("t.BM"), ["old"]);
    const a = loadProtoSync(join(dir, "protos/a.proto")).service("t.A", shapes);
    assert.equal((await channel.client(a).ask({ old: "x" }))["old"], "x");
    await change({ "protos/deep/b.proto": proto("B", "young") }, '"reloaded"');
    assert.deepEqual(await fieldsOf("t.BM"), ["young"]);
  });

  it("goes on where there is no service any more, or one that it has itself", async () => {
    const health = 'syntax = "proto3"; package grpc.health.v1; service Health {}';
    await change({ "protos/health.proto": health }, '"reloaded"');
    assert.doesNotMatch(io.printed.stdout, /grpc\.health/);
    const none = 'syntax = "proto3";';
    const all = { "protos/a.proto": none, "protos/deep/b.proto": none, "protos/uses.proto": none };
    await change(all, '"there is no service in ');
    assert.deepEqual(await fieldsOf("t.AM"), ["old"]);
  });
});

/** Requests that are sent one by one. */
class RequestQueue {
  readonly #waiting: (object | undefined)[] = [];
  #wake: () => void = () => undefined;

  send(request: object): void {
    this.#waiting.push(request);
    this.#wake();
  }

  end(): void {
    this.#waiting.push(undefined);
    this.#wake();
  }

  async *all(): AsyncGenerator<object> {
    for (;;) {
      while (this.#waiting.length === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      const request = this.#waiting.shift();
      if (request === undefined) return;
      yield request;
    }
  }
}
