import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { type HostileServer, orders, startHostile } from "./hostile-server.testing.js";
import { type MainRun, TestIo } from "./io.testing.js";
import { printable, printableLine } from "./printable.js";

/** All that may not be printed. Not by the pattern that is tested: by code points. */
function ordersIn(text: string): string[] {
  return [...text].filter((char) => {
    const code = char.codePointAt(0) as number;
    if (code === 0x0a || code === 0x09) return false;
    const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    return isControl || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  });
}

describe("printable text", () => {
  it("has no character that gives orders to a terminal, and is else the same", () => {
    assert.equal(printable(`a\n\tb é 漢 😀${orders}`), `a\n\tb é 漢 😀${escapedOrders}`);
    assert.equal(printable("a\r\nb\rc"), "a\nb\\u000dc");
    assert.equal(printableLine("a\nb\r\nc\td"), "a\\u000ab\\u000ac\td");
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab\\u"é漢😀\n\t\ud800', ...orders) }), (text) => {
        assert.deepEqual(ordersIn(printable(text)), []);
        assert.equal(printable(printable(text)), printable(text));
        assert.deepEqual(JSON.parse(printable(JSON.stringify(text))), text);
      }),
    );
    const all = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code)).join(" ");
    assert.deepEqual(ordersIn(printable(all)), []);
    assert.equal(printable(all).length - all.length, 5 * (32 - 2 + 33 + 5 + 4));
  });
});

const escapedOrders = "\\u001b[2J\\u001b]0;title\\u0007\\u009b31m\\u007f\\u000d\\u0008\\u0000\\u202eabc\\u2066";

const esc = "\u001b";
const own = new RegExp(`${esc}\\[(0|1;3[134]|3[236]|90)m`, "g");

/** A run without colours, and where there can be some one with, without those that are ours. */
async function runs(...args: readonly string[]): Promise<MainRun[]> {
  const results: MainRun[] = [];
  for (const color of args.includes("--json") ? [false] : [false, true]) {
    const io = new TestIo("");
    io.colorStdout = color;
    io.colorStderr = color;
    const { code, stdout, stderr } = await io.run(...args);
    const bare = (text: string) => (color ? text.replace(own, "") : text);
    results.push({ code, stdout: bare(stdout), stderr: bare(stderr) });
  }
  return results;
}

describe("what a hostile server says", () => {
  let hostile: HostileServer;
  let badNames: HostileServer;
  before(async () => {
    [hostile, badNames] = await Promise.all([startHostile(), startHostile([`a.B${orders}\nforged.Name`])]);
  });
  after(() => Promise.all([hostile.close(), badNames.close()]));

  const modes: Readonly<Record<string, readonly (readonly string[])[]>> = {
    call: [[], ["--verbose"], ["--json"], ["--json", "--verbose"], ["--debug", "--verbose"], ["--json", "--debug"]],
    list: [[], ["--json"], ["--debug"]],
    describe: [[], ["--json"], ["--debug"]],
    health: [[], ["--json"], ["--debug"], ["--watch"]],
    bench: [[], ["--json"]],
  };
  /** Of each command, runs in which orders come from the server; with the exit code. */
  const cases: readonly (readonly [code: number, command: string, ...args: readonly string[]])[] = [
    [0, "call", "HOST", "evil.v1.Evil/Do", '{"text":"a"}'],
    [5, "call", "HOST", "evil.v1.Evil/Do"],
    [13, "call", "HOST", "evil.v1.Gone/Do"],
    [64, "call", "BAD", "evil.v2.Evil/Do"],
    [0, "list", "BAD"],
    [13, "list", "HOST", "evil.v1.Gone"],
    [64, "list", "BAD", "--long"],
    [64, "list", "BAD", "evil.v2.Evil"],
    [0, "describe", "HOST"],
    [0, "describe", "HOST", "evil.v1.Note"],
    [0, "describe", "BAD", "evil.v1.Evil"],
    [0, "describe", "HOST", "evil.v1.Note.text"],
    [0, "describe", "HOST", "evil.proto"],
    [0, "describe", "HOST", "evil.v1.Note", "--template"],
    [13, "describe", "HOST", "evil.v1.Gone"],
    [64, "describe", "BAD", "evil.v2.Evil"],
    [3, "health", "HOST"],
    [0, "bench", "HOST", "evil.v1.Evil/Do", "--count", "1"],
  ];
  for (const [code, command, ...args] of cases) {
    it(`gives no orders to the terminal: ${command} ${args.join(" ")}`, async () => {
      const words = args.map((arg) => (arg === "HOST" ? hostile.host : arg === "BAD" ? badNames.host : arg));
      for (const mode of modes[command] ?? []) {
        for (const run of await runs(command, ...words, ...mode)) {
          const what = `${mode.join(" ")}: ${JSON.stringify(run)}`;
          assert.equal(run.code, code, what);
          assert.deepEqual(ordersIn(run.stdout + run.stderr), [], what);
          assert.match(run.stdout + run.stderr, /\\(u001b|033)\[2J/, `${what}: nothing hostile came`);
          assert.doesNotMatch(run.stdout + run.stderr, /^forged/m, what);
          if (mode.includes("--json"))
            for (const line of run.stdout.trimEnd().split("\n")) if (line !== "") JSON.parse(line);
        }
      }
    });
  }

  it("is escaped in trailers, messages and comments, which stay whole", async () => {
    const io = new TestIo("");
    const call = await io.run("call", hostile.host, "Evil/Do", "--verbose");
    assert.match(call.stderr, /^< evil: a\\u001b\[2J\\u0007\\u007f\\u009b31m$/m);
    assert.ok(call.stderr.includes(`NOT_FOUND (5): no${escapedOrders}\n`));
    const described = await new TestIo("").run("describe", hostile.host, "Evil");
    // What `.proto` files have as line breaks are some here too.
    const [first, second] = escapedOrders.split("\\u000d");
    const lines = [" service", " second line"].map((end) => `// ${first}\n//${second}${end}\n`);
    assert.ok(described.stdout.includes(lines.join("")), described.stdout);
    const json = await new TestIo("").run("call", hostile.host, "Evil/Do", "--json");
    assert.equal((JSON.parse(json.stderr) as { message: string }).message, `no${orders}`);
  });

  it("is offered to no shell", async () => {
    const { stdout } = await new TestIo("").run("__complete", "--", "list", badNames.host, "");
    assert.equal(stdout, "evil.v1.Evil\tservice\n:none\n");
  });
});
