import assert from "node:assert/strict";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server as TcpServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { loadProtoSync } from "../generate/load-proto.js";
import { Server } from "../server/server.js";
import { reflection } from "../services/reflection.js";
import { CliProcess, makeDir } from "./cli.testing.js";
import { TestIo } from "./io.testing.js";

const proto = `syntax = "proto3"; package t;
service Hang { rpc Do(Note) returns (Note); rpc Often(Note) returns (stream Note); }
message Note { string text = 1; }
`;

describe("a command that is interrupted", () => {
  const dir = makeDir({ "t.proto": proto });
  const server = new Server();
  let host = "";
  /** Takes connections and says nothing. */
  let mute: TcpServer;
  let muteHost = "";
  let arrived: () => void = () => undefined;

  before(async () => {
    const service = loadProtoSync(join(dir, "t.proto")).service("t.Hang");
    const untilAbort = (signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        arrived();
        signal.addEventListener("abort", () => resolve());
      });
    server.add(service, {
      do: async (request: object, call: { signal: AbortSignal }) => {
        await untilAbort(call.signal);
        return request;
      },
      often: async function* (request: object, call: { signal: AbortSignal }) {
        yield request;
        await untilAbort(call.signal);
      },
    } as never);
    server.add(reflection());
    host = `${await server.listen("127.0.0.1:0")}`;
    mute = createServer((socket) => {
      socket.on("error", () => undefined).resume();
      arrived();
    }).listen(0, "127.0.0.1");
    await once(mute, "listening");
    muteHost = `127.0.0.1:${(mute.address() as AddressInfo).port}`;
  });
  after(async () => {
    await server.close({ graceMs: 0 });
    mute.close();
    rmSync(dir, { recursive: true });
  });

  const files = ["--proto", "t.proto"];
  const patient = ["--connect-timeout", "1h"];
  const nothing = "peregrine: interrupted before the calls had begun: nothing was measured\n";
  /** Each waits for ever: for a connection, or for an answer. */
  const cases: readonly (readonly [what: string, args: () => string[], stderr: string])[] = [
    ["call, which calls", () => ["call", host, "t.Hang/Do", ...files], ""],
    ["call, which reads a stream", () => ["call", host, "t.Hang/Often"], ""],
    ["call, which connects", () => ["call", muteHost, "t.Hang/Do", ...patient], ""],
    ["list, which connects", () => ["list", muteHost, ...patient], ""],
    ["describe, which connects", () => ["describe", muteHost, ...patient], ""],
    ["health, which connects", () => ["health", muteHost, ...patient], ""],
    ["bench, which connects to ask", () => ["bench", muteHost, "t.Hang/Do", ...patient], nothing],
    ["bench, which connects", () => ["bench", muteHost, "t.Hang/Do", ...patient, ...files], nothing],
    [
      "bench, whose threads connect",
      () => ["bench", muteHost, "t.Hang/Do", ...patient, ...files, "--workers", "2"],
      nothing,
    ],
  ];
  // Commands tell the two apart in one place; one of each kind shows that they ask it.
  const kinds = ["call, which calls", "list, which connects", "health, which connects", "bench, which connects"];
  const terminated = cases.filter(([what]) => kinds.includes(what));
  for (const [signal, exitCode, some] of [
    ["SIGINT", 130, cases],
    ["SIGTERM", 143, terminated],
  ] as const) {
    for (const [what, args, stderr] of some) {
      it(`ends at once, with ${exitCode} for ${signal}: ${what}`, async () => {
        const reached = new Promise<void>((resolve) => {
          arrived = resolve;
        });
        const run = new CliProcess(dir, args());
        await reached;
        const startMs = performance.now();
        run.interrupt(signal);
        const ended = await run.ended();
        // A handshake that nobody gives up ends after 10 s by itself.
        assert.ok(performance.now() - startMs < 8_000, "it ended later than at once");
        assert.deepEqual([ended.code, ended.stderr], [exitCode, stderr]);
      });
    }
  }

  it("ends with 0 where it serves or watches", async () => {
    const mock = new CliProcess(dir, ["mock", "t.proto", "--listen", "127.0.0.1:0"]);
    await mock.waitFor("stderr", "Listening on");
    mock.interrupt("SIGTERM");
    assert.equal((await mock.ended()).code, 0);
    const watch = new CliProcess(dir, ["generate", "t.proto", "--out", "gen", "--watch"]);
    await watch.waitFor("stderr", "watching");
    watch.interrupt("SIGTERM");
    assert.equal((await watch.ended()).code, 0);
  });

  it("does not wait for the end of standard input", async () => {
    const io = new TestIo();
    const done = io.run("bench", host, "t.Hang/Do", "-", ...files.slice(0, 1), join(dir, "t.proto"));
    while (io.stdin.listenerCount("readable") === 0) await new Promise((resolve) => setImmediate(resolve));
    io.interrupt();
    assert.deepEqual([(await done).code, io.printed.stderr], [130, nothing]);
  });

  it("says that nothing was measured where no call has ended", async () => {
    for (const json of [[], ["--json"]]) {
      const io = new TestIo("");
      const reached = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      const done = io.run("bench", host, "t.Hang/Do", "--proto", join(dir, "t.proto"), ...json);
      await reached;
      io.interrupt("SIGTERM");
      io.interrupt("SIGTERM");
      const { code, stdout, stderr } = await done;
      assert.equal(code, 143);
      const error = "nothing was measured: no call that counts has ended";
      if (json.length === 0) assert.equal(stderr, `peregrine: ${error}\n`);
      else {
        const result = JSON.parse(stdout) as Record<string, unknown>;
        assert.deepEqual([result["ok"], result["error"], result["interrupted"], stderr], [false, error, true, ""]);
      }
    }
  });

  it("leaves calls that hang to be counted as failed", async () => {
    const io = new TestIo("");
    const schema = ["--proto", join(dir, "t.proto")];
    const end = ["--duration", "50ms", "--grace", "50ms", "--concurrency", "50"];
    const { code, stdout } = await io.run("bench", host, "t.Hang/Do", ...schema, ...end, "--fail-if", "errors>0");
    assert.equal(code, 1);
    assert.match(stdout, /cut +50 calls that still ran at the end\n/);
    assert.match(
      stdout,
      /DEADLINE_EXCEEDED +50 +100\.00 %\n +first: the call had not ended 50\.0 ms after the end of the run\n/,
    );
    assert.match(stdout, /failed: errors>0 \(errors is 50\)\n$/);
  });
});
