import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Channel, type ChannelOptions, detail, type ListenAddress, RpcError, Server, Status } from "peregrine";
import { BadRequestSchema } from "peregrine/rpc";
import { createTestCertificates } from "peregrine/testing";
import { Echo } from "../gen/echo_pb.js";
import { echoCases } from "../peers/echo-cases.js";
import { addEcho } from "../peers/echo-service.js";

// Our client and our server over every kind of socket, from one server with a listener for each.

const folder = mkdtempSync(join(tmpdir(), "peregrine-"));
const certificates = createTestCertificates();
const server = new Server();
const transports: Record<string, { target: ListenAddress; options: ChannelOptions }> = {};

before(async () => {
  addEcho(server);
  const mutual = { ...certificates.server, ca: certificates.ca };
  const ca = certificates.ca;
  transports["TCP"] = { target: await server.listen("127.0.0.1:0"), options: {} };
  transports["IPv6"] = { target: await server.listen("[::1]:0"), options: {} };
  transports["TLS"] = {
    target: await server.listen("127.0.0.1:0", { tls: certificates.server }),
    options: { tls: { ca } },
  };
  transports["mutual TLS"] = {
    target: await server.listen("127.0.0.1:0", { tls: mutual }),
    options: { tls: { ca, ...certificates.client } },
  };
  transports["Unix"] = { target: await server.listen(`unix:${join(folder, "s.sock")}`), options: {} };
  transports["TLS on Unix"] = {
    target: await server.listen(`unix:${join(folder, "t.sock")}`, { tls: certificates.server }),
    options: { tls: { ca } },
  };
});

after(async () => {
  await server.close({ graceMs: 0 });
  rmSync(folder, { recursive: true });
});

for (const name of ["TCP", "IPv6", "TLS", "mutual TLS", "Unix", "TLS on Unix"]) {
  for (const [what, run] of Object.entries(echoCases)) {
    test(`${what} over ${name}`, async () => {
      const { target, options } = transports[name]!;
      await using channel = new Channel(target, options);
      await run(channel.client(Echo));
    });
  }
}

test("where a server listens has host, port and path, and is a target for channels and servers", async () => {
  const { host, port, path } = transports["IPv6"]!.target;
  assert.deepEqual([host, path], ["::1", undefined]);
  assert.ok(Number.isInteger(port) && port > 0);
  const unix = transports["Unix"]!.target;
  assert.deepEqual([unix.host, unix.port, unix.path], ["", 0, join(folder, "s.sock")]);
  const again = new Server();
  await assert.rejects(again.listen(transports["IPv6"]!.target), {
    message: /another process listens on \[::1\]:\d+;/,
  });
  const channel = new Channel(unix);
  assert.equal(channel.target, `unix:${join(folder, "s.sock")}`);
  await Promise.all([channel.close(), again.close()]);
});

test("details and trailers of an error", async () => {
  const failing = new Server();
  const value = { fieldViolations: [{ field: "name", description: "empty" }] };
  failing.add(
    Echo,
    {
      unary: () => {
        const details = [detail(BadRequestSchema, value)];
        throw new RpcError(Status.INVALID_ARGUMENT, "ungültig", { details, metadata: { "x-why": "name" } });
      },
    },
    { allowMissing: true },
  );
  await using channel = new Channel(await failing.listen("127.0.0.1:0"));
  await assert.rejects(channel.client(Echo).unary({}), (error) => {
    assert.ok(error instanceof RpcError);
    assert.deepEqual([error.code, error.message], [Status.INVALID_ARGUMENT, "ungültig"]);
    assert.equal(error.findDetails(BadRequestSchema)[0]?.fieldViolations[0]?.description, "empty");
    assert.equal(error.metadata.get("x-why"), "name");
    return true;
  });
  await failing.close({ graceMs: 0 });
});
