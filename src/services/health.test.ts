import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { NotesService } from "../call/notes.testing.js";
import { Channel } from "../client/channel.js";
import type { Client } from "../client/client.js";
import { Server } from "../server/server.js";
import { Health as HealthService, HealthCheckResponse_ServingStatus as Serving } from "./grpc/health/v1/health_pb.js";
import { type Health, type HealthStatus, health } from "./health.js";

let status: Health;
let server: Server;
let channel: Channel;
let client: Client<typeof HealthService>;

beforeEach(async () => {
  status = health();
  server = new Server().add(status);
  channel = new Channel(await server.listen("127.0.0.1:0"));
  client = channel.client(HealthService);
});

afterEach(async () => {
  await channel.close({ graceMs: 0 });
  await server.close({ graceMs: 0 });
});

function nameOf(status: Serving | undefined): string {
  return Object.entries(Serving).find(([, value]) => value === status)?.[0] ?? "none";
}

async function check(service: string): Promise<string> {
  try {
    return nameOf((await client.check({ service }, { timeoutMs: 5_000 })).status);
  } catch (error) {
    assert.ok(error instanceof RpcError);
    assert.equal(error.code, Status.NOT_FOUND);
    return "not found";
  }
}

const addNotes = (): void => void server.add(NotesService, {}, { allowMissing: true });

test("Check tells of the server, its services, those that were set, and of no others", async () => {
  assert.equal(await check(""), "SERVING");
  assert.equal(await check("test.Notes"), "not found");
  addNotes();
  assert.equal(await check("test.Notes"), "SERVING");
  status.set("", "NOT_SERVING").set("far.Away", "UNKNOWN");
  assert.equal(await check("test.Notes"), "NOT_SERVING");
  assert.equal(await check("far.Away"), "UNKNOWN");
  status.set("test.Notes", "SERVING");
  assert.equal(await check("test.Notes"), "SERVING");
  status.clear("test.Notes").clear("far.Away").clear("");
  assert.equal(await check("test.Notes"), "SERVING");
  assert.equal(await check("far.Away"), "not found");
  assert.throws(
    () => status.set("a", "serving" as HealthStatus),
    /"serving": it must be SERVING, NOT_SERVING or UNKNOWN/,
  );
});

test("shutdown() makes all NOT_SERVING until resume(), whatever is set meanwhile", async () => {
  status.shutdown().set("a.B", "SERVING");
  assert.deepEqual(
    [await check(""), await check("a.B"), await check("no.Such")],
    ["NOT_SERVING", "NOT_SERVING", "not found"],
  );
  status.resume();
  assert.deepEqual([await check(""), await check("a.B")], ["SERVING", "SERVING"]);
});

test("List tells of all", async () => {
  status.set("a.B", "NOT_SERVING");
  addNotes();
  const { statuses } = await client.list({});
  const told = Object.entries(statuses).map(([name, one]) => [name, nameOf(one.status)]);
  assert.deepEqual(told.sort(), [
    ["", "SERVING"],
    ["a.B", "NOT_SERVING"],
    ["grpc.health.v1.Health", "SERVING"],
    ["test.Notes", "SERVING"],
  ]);
});

test("List refuses when there are too many", async () => {
  for (let i = 0; i < 10_000; i++) status.set(`s${i}`, "SERVING");
  await assert.rejects(client.list({}), { code: Status.RESOURCE_EXHAUSTED });
});

test("Watch tells of each change, from SERVICE_UNKNOWN on", async () => {
  const told = client.watch({ service: "test.Notes" });
  const next = async (): Promise<string> => nameOf((await told.next()).value?.status);
  assert.equal(await next(), "SERVICE_UNKNOWN");
  status.set("other", "SERVING");
  addNotes();
  assert.equal(await next(), "SERVING");
  status.set("test.Notes", "SERVING");
  status.set("", "NOT_SERVING");
  status.set("test.Notes", "NOT_SERVING");
  assert.equal(await next(), "NOT_SERVING");
  await told.return?.();
});

test("a watcher that does not read misses what has changed again, and hears the last", async () => {
  const watch = client.watch({ service: "x" });
  for (let i = 0; i < 100_000; i++) status.set("x", i % 2 === 0 ? "NOT_SERVING" : "SERVING");
  const told: string[] = [];
  for await (const one of watch) {
    told.push(nameOf(one.status));
    if (one.status === Serving.SERVING) break;
  }
  assert.ok(told.length < 10, `${told.length} messages`);
});

test("who watches hears NOT_SERVING when the server closes, then the end, and does not hold it up", async () => {
  const told = client.watch({ service: "" });
  await told.next();
  const closed = server.close();
  assert.equal((await told.next()).value?.status, Serving.NOT_SERVING);
  await assert.rejects(told.next(), { code: Status.UNAVAILABLE });
  await closed;
});

test("NOT_SERVING stands before the GOAWAY", async () => {
  const { connect } = await import("node:http2");
  const target = await server.listen("127.0.0.1:0");
  const session = connect(`http://${target}`);
  const order: string[] = [];
  const path = "/grpc.health.v1.Health/Watch";
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
  });
  await new Promise<void>((resolve) => {
    session.on("goaway", () => order.push("goaway"));
    stream.on("data", (data: Buffer) => {
      order.push(`status ${data.at(-1)}`);
      if (order.length === 1) void server.close();
    });
    stream.on("close", resolve);
    stream.end(Buffer.from([0, 0, 0, 0, 0]));
  });
  session.close();
  assert.deepEqual(order.slice(0, 2), ["status 1", "status 2"]);
});
