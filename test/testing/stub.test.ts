import assert from "node:assert/strict";
import { test } from "node:test";
import { type Client, RpcError, Status } from "peregrine";
import { SimulatedClock, startStub } from "peregrine/testing";
import { Echo } from "../gen/echo_pb.js";

async function textsOf(responses: AsyncIterable<{ readonly text: string }>): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of responses) texts.push(text);
  return texts;
}

test("answers as it is told, in turn and then always", async () => {
  await using echo = await startStub(Echo);
  const client: Client<typeof Echo> = echo.client;
  echo.reply("unary", { text: "always" }).replyOnce("unary", { text: "first" }).failOnce("unary", Status.ABORTED);
  assert.equal((await client.unary({})).text, "first");
  await assert.rejects(client.unary({}), { code: Status.ABORTED });
  assert.equal((await client.unary({})).text, "always");
  assert.equal((await client.unary({})).text, "always");
  echo.fail("unary", new RpcError(Status.NOT_FOUND, "gone"));
  await assert.rejects(client.unary({}), { code: Status.NOT_FOUND, message: "gone" });
  echo.reply("serverStream", [{ text: "a" }, { text: "b" }]).reply("bidi", [{ text: "c" }]);
  assert.deepEqual(await textsOf(client.serverStream({})), ["a", "b"]);
  assert.deepEqual(await textsOf(client.bidi([{}])), ["c"]);
  echo.handle("unary", ({ text }, call) => ({ text: `${text} ${call.path}` }));
  assert.equal((await client.unary({ text: "by" })).text, "by /peregrine.test.Echo/Unary");
  echo.handle("bidi", async function* (requests) {
    for await (const { text } of requests) yield { text: `${text}!` };
  });
  assert.deepEqual(await textsOf(client.bidi([{ text: "d" }])), ["d!"]);
});

test("notes what was asked, typed, with metadata and deadline", async () => {
  await using echo = await startStub(Echo);
  echo.reply("unary", {}).reply("clientStream", { count: 9 }).reply("bidi", []);
  await echo.client.unary({ text: "a", count: 3 }, { metadata: { token: "t" }, timeoutMs: 5_000 });
  await echo.client.clientStream([{ text: "b" }, { text: "c" }]);
  await textsOf(echo.client.bidi([{ text: "d" }]));
  const [call] = echo.calls("unary");
  assert.equal(call?.requests[0]?.count, 3);
  assert.equal(call.metadata.get("token"), "t");
  assert.ok(call.timeoutMs > 4_000 && call.timeoutMs <= 5_000);
  const texts = (name: "clientStream" | "bidi") =>
    echo.calls(name).map(({ requests }) => requests.map(({ text }) => text));
  assert.deepEqual(texts("clientStream"), [["b", "c"]]);
  assert.equal(echo.calls("clientStream")[0]?.timeoutMs, Number.POSITIVE_INFINITY);
  assert.deepEqual(texts("bidi").length, 1);
  echo.reset();
  assert.deepEqual(echo.calls("unary"), []);
  await assert.rejects(echo.client.unary({}), /Echo was not told what to answer: reply\("unary", \.\.\.\)/);
});

test("answers late, in simulated time", async () => {
  const clock = new SimulatedClock();
  await using echo = await startStub(Echo, { clock });
  echo.reply("unary", { text: "late" }).delay("unary", 10_000);
  const failed = assert.rejects(echo.client.unary({}, { timeoutMs: 9_000 }), { code: Status.DEADLINE_EXCEEDED });
  const patient = echo.client.unary({}, { timeoutMs: 11_000 });
  await echo.test.advance(10_000);
  await failed;
  assert.equal((await patient).text, "late");
  assert.equal(echo.calls("unary")[0]?.context.signal.aborted, true);
});

test("names a method that is none", async () => {
  await using echo = await startStub(Echo);
  assert.throws(() => echo.reply("unari" as "unary", {}), /no method "unari": it has unary, serverStream/);
});
