import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Interceptor, Server, Status } from "peregrine";
import { ErrorCode } from "../../../src/base/transport.js";
import { Echo } from "../../gen/echo_pb.js";
import { addEcho } from "../../peers/echo-service.js";
import { fieldOf } from "../raw-peer.testing.js";
import { echoRequest, readResponse, splitBody } from "./messages.testing.js";
import { messageOf, RawClient, requestHeaders, statusOf } from "./raw-client.testing.js";

// What a server of ours makes of request headers, sent as frames by a client that keeps to no rule.

const seenPaths: string[] = [];
const watching: Interceptor = (next) => (request) => {
  seenPaths.push(request.method.name);
  return next(request);
};

let server: Server;
let client: RawClient;
before(async () => {
  server = new Server({ interceptors: [watching], onError: () => undefined });
  addEcho(server);
  client = await RawClient.connect(`${await server.listen("127.0.0.1:0")}`);
});
after(async () => {
  client.close();
  await server.close({ graceMs: 0 });
});

const message = echoRequest({ text: "hello" });
const answerOf = (changed: Readonly<Record<string, string | undefined>>): ReturnType<RawClient["call"]> =>
  client.call(requestHeaders(changed), message);

describe("wire:request-path", () => {
  const bad = [
    "peregrine.test.Echo/Unary",
    "/",
    "//",
    "*",
    "/Unary",
    "//Unary",
    "/peregrine.test.Echo/",
    "/peregrine.test.Echo/Unary/",
    "/x/peregrine.test.Echo/Unary",
    "/peregrine.test.Echo//Unary",
    "/peregrine.test.Echo/Unary?x=1",
    "/peregrine.test.Echo/Unary#x",
    "/%70eregrine.test.Echo/Unary",
    "/PEREGRINE.TEST.ECHO/UNARY",
    "/peregrine.test.Echo/unary",
    "/peregrine.test.Echo/__proto__",
    "http://127.0.0.1/peregrine.test.Echo/Unary",
    `/${"x".repeat(4_000)}/y`,
  ];
  for (const path of bad) {
    it(`${path.slice(0, 60)} is UNIMPLEMENTED, and no interceptor sees it`, async () => {
      seenPaths.length = 0;
      const answer = await answerOf({ ":path": path });
      assert.equal(statusOf(answer), Status.UNIMPLEMENTED);
      assert.ok(answer.trailersOnly);
      assert.deepEqual(seenPaths, []);
    });
  }

  it("the path of a method reaches it", async () => {
    seenPaths.length = 0;
    const answer = await answerOf({});
    assert.equal(statusOf(answer), Status.OK);
    assert.deepEqual(seenPaths, [Echo.method.unary.name]);
  });

  it("an empty one and a missing one are malformed HTTP", async () => {
    for (const path of ["", undefined])
      assert.equal((await answerOf({ ":path": path })).reset, ErrorCode.PROTOCOL_ERROR);
  });
});

describe("wire:unknown-method", () => {
  it("says whether it is the service or the method", async () => {
    assert.match(messageOf(await answerOf({ ":path": "/a.B/C" })), /unknown service a\.B/);
    assert.match(messageOf(await answerOf({ ":path": "/peregrine.test.Echo/C" })), /unknown method C .*Echo/);
  });
});

describe("wire:request-method", () => {
  for (const method of ["GET", "PUT", "OPTIONS", "post"]) {
    it(`${method} is answered with 405`, async () => {
      const answer = await answerOf({ ":method": method });
      assert.equal(fieldOf(answer.head, ":status"), "405");
      assert.equal(fieldOf(answer.head, "allow"), "POST");
    });
  }
});

describe("wire:request-content-type", () => {
  for (const type of [
    "application/grpc",
    "application/grpc+proto",
    "application/grpc;charset=utf-8",
    "Application/GRPC",
  ]) {
    it(`${type} is taken`, async () => assert.equal(statusOf(await answerOf({ "content-type": type })), Status.OK));
  }
  for (const type of [
    undefined,
    "",
    "text/plain",
    "application/json",
    "application/grpc-web",
    "application/grpc+json",
    "application/grpc+foo",
    "application/grpcx",
    "grpc",
  ]) {
    it(`${type ?? "none"} is answered with 415`, async () => {
      const answer = await answerOf({ "content-type": type });
      assert.equal(fieldOf(answer.head, ":status"), "415");
      assert.equal(statusOf(answer), undefined);
    });
  }
});

describe("wire:request-te", () => {
  it("none is taken: it is for proxies, which are past", async () => {
    assert.equal(statusOf(await answerOf({ te: undefined })), Status.OK);
  });
  it("another value is malformed HTTP", async () => {
    assert.equal((await answerOf({ te: "gzip" })).reset, ErrorCode.PROTOCOL_ERROR);
  });
});

describe("wire:request-authority", () => {
  it("none is taken, and so is host in its place", async () => {
    assert.equal(statusOf(await answerOf({ ":authority": undefined })), Status.OK);
    assert.equal(statusOf(await answerOf({ ":authority": undefined, host: "example.test" })), Status.OK);
    assert.equal(statusOf(await answerOf({ ":authority": "" })), Status.OK);
  });
});

describe("wire:request-timeout", () => {
  for (const timeout of ["1H", "2M", "30S", "60000m", "60000000u", "99999999H", "0060S"]) {
    it(`${timeout} is a time to work in`, async () => {
      assert.equal(statusOf(await answerOf({ "grpc-timeout": timeout })), Status.OK);
    });
  }
  for (const timeout of [
    "",
    "5",
    "S",
    "5s",
    "5h",
    "-5S",
    "+5S",
    "5.5S",
    "0x5S",
    "5 S",
    "123456789S",
    "5SS",
    "5M5S",
    "٥S",
  ]) {
    it(`${JSON.stringify(timeout)} is malformed`, async () => {
      const value = Buffer.from(timeout).toString("latin1");
      const answer = await answerOf({ "grpc-timeout": value });
      assert.equal(statusOf(answer), Status.INTERNAL);
      assert.match(messageOf(answer), /malformed grpc-timeout/);
    });
  }
  for (const timeout of ["0S", "1n", "1u"]) {
    it(`${timeout} is over before the handler that waits`, async () => {
      const list = requestHeaders({ "grpc-timeout": timeout });
      const answer = await client.call(list, echoRequest({ sleepMs: 60_000 }));
      assert.equal(statusOf(answer), Status.DEADLINE_EXCEEDED);
    });
  }
});

/** Asks for request metadata to come back in the response headers. */
async function echoed(name: string, values: readonly string[]): Promise<(string | undefined)[]> {
  const list = [...requestHeaders(), ...values.flatMap((value) => [name, value])];
  const { head, trailers } = await client.call(list, echoRequest({ echoHeaders: [name] }));
  assert.equal(fieldOf(trailers, "grpc-status"), "0");
  return head.flatMap((text, index) => (text === name && index % 2 === 0 ? [head[index + 1]] : []));
}

describe("wire:metadata-bin", () => {
  const cases: readonly [string, readonly string[], readonly string[]][] = [
    ["without padding", ["q6ur"], ["q6ur"]],
    ["a padding of one", ["q6s="], ["q6s"]],
    ["a padding of two", ["qw=="], ["qw"]],
    ["no padding where there could be", ["qw"], ["qw"]],
    ["empty", [""], [""]],
    ["joined with a comma", ["q6ur,qw==,q6s"], ["q6ur", "qw", "q6s"]],
    ["several fields", ["q6ur", "qw=="], ["q6ur", "qw"]],
  ];
  for (const [name, sent, received] of cases) {
    it(name, async () => assert.deepEqual(await echoed("x-bin", sent), received));
  }
  for (const value of ["!!!", "q", "q6ur=", "=", "\xff\xfe", "q6ur,!!!", "q 6"]) {
    it(`${JSON.stringify(value)} is no base64 and harms nobody`, async () => {
      const list = [...requestHeaders(), "x-bin", value];
      const answer = await client.call(list, echoRequest({ text: "on", echoHeaders: ["x-bin"] }));
      assert.equal(statusOf(answer), Status.OK);
      assert.equal(readResponse(splitBody(answer.body)[0]?.payload ?? new Uint8Array(0)).text, "on");
    });
  }
});

describe("wire:metadata-ascii", () => {
  it("printable values come as they were sent, in order", async () => {
    const values = ["a", "b c", "", "~!@#$%^&*()_+", "a,b"];
    assert.deepEqual(await echoed("x-text", values), values);
  });
  it("bytes that are not ASCII are received without harm", async () => {
    const answer = await client.call([...requestHeaders(), "x-text", "\x01\x7f\x80\xff"], message);
    assert.equal(statusOf(answer), Status.OK);
  });
});

describe("wire:metadata-reserved", () => {
  it("the protocol's own headers are no metadata", async () => {
    for (const name of ["content-type", "te", "grpc-timeout", "user-agent"]) {
      const list = [...requestHeaders({ "grpc-timeout": "1H" }), "user-agent", "raw/1"];
      const { head } = await client.call(list, echoRequest({ echoHeaders: [name] }));
      const count = head.filter((text, index) => text === name && index % 2 === 0).length;
      assert.equal(count, name === "content-type" ? 1 : 0, name);
    }
  });
});

describe("wire:response-headers", () => {
  it("are :status 200 and content-type first, and grpc-status is in the trailers alone", async () => {
    const answer = await answerOf({});
    assert.deepEqual(answer.head.slice(0, 4), [":status", "200", "content-type", "application/grpc"]);
    assert.equal(fieldOf(answer.head, "grpc-status"), undefined);
    assert.deepEqual(answer.trailers, ["grpc-status", "0"]);
    assert.equal(readResponse(splitBody(answer.body)[0]?.payload ?? new Uint8Array(0)).text, "hello");
  });
});

describe("wire:trailers-only", () => {
  it("an error before any message is one block with END_STREAM", async () => {
    const answer = await client.call(
      requestHeaders(),
      echoRequest({ failCode: Status.NOT_FOUND, failMessage: "gone" }),
    );
    assert.ok(answer.trailersOnly);
    assert.equal(fieldOf(answer.trailers, ":status"), "200");
    assert.equal(fieldOf(answer.trailers, "content-type"), "application/grpc");
    assert.equal(statusOf(answer), Status.NOT_FOUND);
  });
});

describe("wire:grpc-message", () => {
  const texts: readonly [string, string][] = [
    ["plain text", "plain text"],
    ["100%", "100%25"],
    ["a\tb\r\nc", "a%09b%0D%0Ac"],
    ["☺ 😈", "%E2%98%BA %F0%9F%98%88"],
    ["\x7f", "%7F"],
    ["%41", "%2541"],
  ];
  for (const [text, wire] of texts) {
    it(`${JSON.stringify(text)} is sent as ${wire}`, async () => {
      const answer = await client.call(requestHeaders(), echoRequest({ failCode: 3, failMessage: text }));
      assert.equal(messageOf(answer), wire);
    });
  }
});
