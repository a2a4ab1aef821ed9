import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { RpcError } from "../base/rpc-error.js";
import type { Status } from "../base/status.js";
import { loadProtoSync } from "../generate/load-proto.js";
import { Server } from "../server/server.js";
import { reflection } from "../services/reflection.js";
import { createTestCertificates } from "../testing/certificates.js";
import { CliProcess, type CliRun, makeDir, runCli } from "./cli.testing.js";

const proto = `syntax = "proto3"; package t;
service Echo {
  rpc Unary(Note) returns (Note);
  rpc Down(Note) returns (stream Note);
  rpc Up(stream Note) returns (Note);
  rpc Both(stream Note) returns (stream Note);
}
message Note { string text = 1; int32 count = 2; int32 fail = 3; }
`;

interface Note {
  readonly text: string;
  readonly count: number;
  readonly fail: number;
}

describe("peregrine bench", () => {
  const dir = makeDir({ "t.proto": proto, "data.jsonl": '{"text": "a"}\n{"text": "b"}\n' });
  const certificates = createTestCertificates();
  const server = new Server({ onError: () => undefined });
  const seen: Note[] = [];
  const metadata: (string | undefined)[] = [];
  const tokens = new Set<unknown>();
  let target = "";
  let secure = "";

  before(async () => {
    const service = loadProtoSync(join(dir, "t.proto")).service("t.Echo", {
      unary: "unary",
      down: "server_streaming",
      up: "client_streaming",
      both: "bidi_streaming",
    });
    server.add(service, {
      unary(request, call) {
        const note = request as unknown as Note;
        seen.push(note);
        tokens.add(call.metadata.get("authorization"));
        metadata.push(call.metadata.get("x-id") as string | undefined);
        if (note.fail > 0) throw new RpcError(note.fail as Status, `as asked for: ${note.fail}`);
        return request;
      },
      *down(request) {
        for (let i = 0; i < 3; i++) yield request;
      },
      async up(requests) {
        let count = 0;
        for await (const note of requests) {
          seen.push(note as unknown as Note);
          count++;
        }
        return { count };
      },
      async *both(requests) {
        yield* requests;
      },
    });
    server.add(reflection());
    target = `${await server.listen("127.0.0.1:0")}`;
    const { ca, server: own } = certificates;
    secure = `${await server.listen("127.0.0.1:0", { tls: { cert: own.cert, key: own.key, ca } })}`;
    writeFileSync(join(dir, "ca.pem"), ca);
    writeFileSync(join(dir, "cert.pem"), certificates.client.cert);
    writeFileSync(join(dir, "key.pem"), certificates.client.key);
  });
  after(async () => {
    await server.close({ graceMs: 0 });
    rmSync(dir, { recursive: true });
  });

  function bench(method: string, ...args: readonly string[]): Promise<CliRun> {
    return runCli(dir, "bench", target, `t.Echo/${method}`, ...args);
  }

  it("asks the server for the method, fills in templates, and prints what came of it", async () => {
    seen.length = 0;
    const run = await bench(
      "Unary",
      '{"count": {{counter}}}',
      "--count",
      "20",
      "--concurrency",
      "3",
      "--header",
      "x-id: m{{counter}}",
    );
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(
      seen.map(({ count }) => count).sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, i) => i),
    );
    assert.equal(new Set(metadata).size, 20);
    assert.match(run.stdout, /calls +20 in /);
    assert.match(run.stdout, /OK +20 +100\.00 %/);
    assert.equal(run.stderr, "");
  });

  it("merges the results of several workers, with a rate, and writes JSON and a page", async () => {
    const args = ["--count", "60", "--workers", "2", "--rate", "2000", "--concurrency", "40", "--proto", "t.proto"];
    const run = await bench(
      "Unary",
      '{"text": "{{counter}}"}',
      ...args,
      "--json",
      "--html",
      "r.html",
      "--warmup",
      "10ms",
    );
    assert.equal(run.code, 0, run.stderr);
    const result = JSON.parse(run.stdout) as Record<string, unknown>;
    assert.equal(result["calls"], 60);
    assert.equal(result["failed"], 0);
    assert.equal(result["workers"], 2);
    // What was sent is not bound below: calls that end behind the warm-up may have left in it.
    assert.ok((result["bytesSent"] as number) > 0, run.stdout);
    assert.ok((result["bytesReceived"] as number) > 60 * 10, run.stdout);
    assert.ok((result["uncorrectedLatencyMs"] as { p50: number }).p50 > 0);
    const page = readFileSync(join(dir, "r.html"), "utf8");
    assert.match(page, /^<!doctype html>/);
    assert.ok(!/(src|href)=|url\(|<script/.test(page), "it needs nothing from elsewhere");
    assert.equal(page.match(/<svg/g)?.length, 4);
  });

  it("reaches the server as peregrine call does, also from threads", async () => {
    const built = await runCli(dir, "build", "t.proto", "--out", "t.binpb");
    assert.equal(built.code, 0, built.stderr);
    writeFileSync(join(dir, "token"), "t0ken\n");
    tokens.clear();
    const tls = ["--ca", "ca.pem", "--cert", "cert.pem", "--key", "key.pem", "--server-name", "localhost"];
    const schema = ["--descriptor-set", "t.binpb", "--bearer-file", "token", "--max-message-bytes", "1MiB"];
    const load = ["--count", "8", "--workers", "2", "--concurrency", "4", "--json"];
    const run = await runCli(dir, "bench", secure, "Echo/Unary", "@data.jsonl", ...tls, ...schema, ...load);
    assert.equal(run.code, 0, run.stderr);
    const result = JSON.parse(run.stdout) as Record<string, unknown>;
    assert.deepEqual([result["calls"], result["failed"], result["method"]], [8, 0, "t.Echo/Unary"]);
    assert.deepEqual([...tokens], ["Bearer t0ken"]);
  });

  it("calls all four shapes, and counts messages", async () => {
    const shapes: [string, number, number][] = [
      ["Down", 5, 15],
      ["Up", 20, 5],
      ["Both", 20, 20],
    ];
    for (const [method, sent, received] of shapes) {
      const run = await bench(method, "--count", "5", "--messages", "4", "--json", "--check-responses");
      const { messagesSent, messagesReceived, calls } = JSON.parse(run.stdout) as Record<string, number>;
      assert.deepEqual([calls, messagesSent, messagesReceived], [5, sent, received], method);
    }
    seen.length = 0;
    assert.equal((await bench("Up", "--data-file", "data.jsonl", "--count", "2", "--concurrency", "1")).code, 0);
    assert.deepEqual(
      seen.map(({ text }) => text),
      ["a", "b", "a", "b"],
      "a stream has all of the data",
    );
  });

  it("counts errors by status with the first message, and fails by the conditions given", async () => {
    const data = '[{"fail": 0}, {"fail": 5}]';
    const run = await bench(
      "Unary",
      data,
      "--count",
      "10",
      "--concurrency",
      "1",
      "--fail-if",
      "errors>49%",
      "--fail-if",
      "p99>60s",
    );
    assert.equal(run.code, 1);
    assert.match(run.stdout, /NOT_FOUND +5 +50\.00 %\n +first: as asked for: 5/);
    assert.match(run.stdout, /failed: errors>49% \(errors is 50\.00 %\)\n$/);
  });

  it("speaks TLS with a certificate of its own", async () => {
    const tls = ["--ca", "ca.pem", "--cert", "cert.pem", "--key", "key.pem", "--server-name", "localhost"];
    const run = await runCli(
      dir,
      "bench",
      secure,
      "t.Echo.Unary",
      "--count",
      "3",
      "--concurrency",
      "1",
      "--compress",
      "gzip",
      "--json",
      ...tls,
    );
    assert.equal(run.code, 0, run.stderr);
    assert.equal((JSON.parse(run.stdout) as { calls: number }).calls, 3);
    const without = await runCli(
      dir,
      "bench",
      secure,
      "t.Echo/Unary",
      "--ca",
      "ca.pem",
      "--server-name",
      "localhost",
      "--proto",
      "t.proto",
    );
    assert.equal(without.code, 1);
    assert.match(without.stderr, /UNAVAILABLE/);
  });

  it("ends with the results so far when it is interrupted", async () => {
    const run = new CliProcess(dir, ["bench", target, "t.Echo/Unary", "--duration", "1h", "--json", "--debug"]);
    const before = seen.length;
    while (seen.length < before + 100) await new Promise((resolve) => setImmediate(resolve));
    run.interrupt();
    const { code, stdout, stderr } = await run.ended();
    assert.equal(code, 0, stderr);
    const result = JSON.parse(stdout) as Record<string, unknown>;
    assert.equal(result["interrupted"], true);
    assert.ok((result["calls"] as number) > 0);
  });

  it("tells the result also where its page cannot be written", async () => {
    for (const [i, json] of [[], ["--json"]].entries()) {
      const run = await bench("Unary", "--count", "3", "--html", dir, ...json);
      const error = /--html .*: cannot be written: EISDIR/;
      assert.equal(run.code, 1);
      assert.match(i === 0 ? run.stderr : String((JSON.parse(run.stdout) as { error: string }).error), error);
      assert.match(run.stdout, i === 0 ? /calls +3 in/ : /"calls":3/);
    }
  });

  it("tells what is wrong before it makes calls", async () => {
    seen.length = 0;
    const wrong: [readonly string[], number, RegExp][] = [
      [[target, "t.Echo/Unari"], 2, /no method Unari: did you mean Unary\?/],
      [[target, "t.Nothing/Unary"], 2, /there is no service t\.Nothing in what is known from the server/],
      [[target, "Unary"], 2, /write pkg\.Service\/Method/],
      [[target, "t.Echo/Unary", '{"count": "x"}'], 1, /the data cannot be used: .*t\.Note\.count/],
      [[target, "t.Echo/Unary", "--ramp", "linear:1:1s"], 2, /--ramp needs --rate/],
      [[target, "t.Echo/Unary", "--header", "x-bin: %"], 2, /no base64/],
      [[target, "t.Echo/Unary", "--bearer", "a", "--bearer-env", "B"], 2, /all give a token: use one/],
      [[target, "t.Echo/Unary", "--insecure", "--ca", "ca.pem"], 2, /give one/],
      [[target, "t.Echo/Unary", "--metadata", "a: b"], 2, /unknown option '--metadata'/],
      [[target, "t.Echo/Unary", "--rate", "fast"], 2, /number above 0/],
      [[target, "t.Echo/Unary", "--workers", "3", "--connections", "2"], 2, /fewer than --workers 3/],
      [[target, "t.Echo/Unary", "--fail-if", "p99>5"], 2, /needs a unit/],
      [[target, "t.Echo/Unary", "--compress", "lzw", "--proto", "t.proto"], 2, /lzw/],
      [["127.0.0.1:1", "t.Echo/Unary", "--proto", "t.proto"], 1, /UNAVAILABLE/],
      [
        [target, "t.Echo/Unary", "--proto", "t.proto", "--workers", "2", "{}", "--cert", "ca.pem"],
        2,
        /--cert without --key/,
      ],
    ];
    const runs = await Promise.all(wrong.map(([args]) => runCli(dir, "bench", ...args)));
    for (const [i, [args, code, text]] of wrong.entries()) {
      assert.match(runs[i]?.stderr ?? "", text, args.join(" "));
      assert.equal(runs[i]?.code, code, args.join(" "));
    }
    assert.equal(seen.length, 0);
    assert.ok(!existsSync(join(dir, "none.html")));
  });
});
