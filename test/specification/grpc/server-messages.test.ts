import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { deflateSync, gunzipSync, gzipSync } from "node:zlib";
import { type Server, Status } from "peregrine";
import { bytesOf, data } from "../../../src/http2/frames.testing.js";
import { startOurEcho } from "../../peers/our-server.js";
import { fieldOf } from "../raw-peer.testing.js";
import { echoRequest, prefixed, readResponse, requestBytes, splitBody } from "./messages.testing.js";
import { messageOf, type RawAnswer, RawClient, requestHeaders, statusOf } from "./raw-client.testing.js";

// What a server of ours makes of request messages.

const receiveMessageBytesMax = 10_000;
let server: Server;
let client: RawClient;
before(async () => {
  const options = { receiveMessageBytesMax, compression: { byDefault: true }, onError: () => undefined };
  const started = await startOurEcho(options);
  server = started.server;
  client = await RawClient.connect(started.address);
});
after(async () => {
  client.close();
  await server.close({ graceMs: 0 });
});

const unary = requestHeaders();
const bidi = requestHeaders({ ":path": "/peregrine.test.Echo/Bidi" });
const clientStream = requestHeaders({ ":path": "/peregrine.test.Echo/ClientStream" });
const serverStream = requestHeaders({ ":path": "/peregrine.test.Echo/ServerStream" });
const hello = echoRequest({ text: "hello" });

function texts({ body }: RawAnswer): string[] {
  return splitBody(body).map(({ flag, payload }) => readResponse(flag === 1 ? gunzipSync(payload) : payload).text);
}

function fails(answer: RawAnswer, status: Status, message?: RegExp): void {
  assert.equal(statusOf(answer), status, `${messageOf(answer)} ${answer.reset}`);
  if (message !== undefined) assert.match(messageOf(answer), message);
}

describe("wire:message-prefix", () => {
  it("a message may be cut at every byte", async () => {
    for (let at = 0; at <= hello.length; at++) {
      assert.deepEqual(
        texts(await client.call(unary, hello.subarray(0, at), hello.subarray(at))),
        ["hello"],
        `at ${at}`,
      );
    }
  });

  it("each byte may be a frame of its own, over several messages", async () => {
    const body = bytesOf(hello, echoRequest({}), echoRequest({ text: "there" }));
    const bytes = Array.from(body, (_, index) => body.subarray(index, index + 1));
    assert.deepEqual(texts(await client.call(bidi, ...bytes)), ["hello", "", "there"]);
  });

  it("many messages may be in one frame", async () => {
    const answer = await client.call(bidi, bytesOf(...Array.from({ length: 100 }, () => hello)));
    assert.equal(texts(answer).length, 100);
  });

  it("flags 2 to 255 are INTERNAL", async () => {
    for (let flag = 2; flag <= 255; flag++) {
      fails(await client.call(unary, prefixed(requestBytes({ text: "x" }), flag)), Status.INTERNAL, /flag/);
    }
  });

  it("a length beyond the end of the stream is INTERNAL, in all shapes", async () => {
    for (const list of [unary, bidi, clientStream, serverStream]) {
      fails(await client.call(list, prefixed(requestBytes({ text: "x" }), 0, 100)), Status.INTERNAL, /ended inside/);
    }
  });

  it("an end inside of the prefix is INTERNAL", async () => {
    for (let length = 1; length < 5; length++)
      fails(await client.call(unary, hello.subarray(0, length)), Status.INTERNAL);
  });

  it("a length that is too short leaves bytes that are no message", async () => {
    const payload = requestBytes({ text: "hello" });
    fails(await client.call(unary, prefixed(payload, 0, payload.length - 3)), Status.INTERNAL);
  });

  it("a message of no bytes is one", async () => {
    assert.deepEqual(texts(await client.call(unary, prefixed(new Uint8Array(0)))), [""]);
  });
});

describe("wire:cardinality", () => {
  it("no message for one is UNIMPLEMENTED, with DATA and without", async () => {
    for (const list of [unary, serverStream]) {
      fails(await client.call(list), Status.UNIMPLEMENTED, /none/);
      fails(await client.call(list, new Uint8Array(0)), Status.UNIMPLEMENTED, /none/);
    }
  });

  it("two messages for one are UNIMPLEMENTED", async () => {
    for (const list of [unary, serverStream]) fails(await client.call(list, hello, hello), Status.UNIMPLEMENTED, /two/);
  });

  it("no message is a stream like any other", async () => {
    assert.equal(statusOf(await client.call(clientStream)), Status.OK);
    assert.equal(statusOf(await client.call(bidi)), Status.OK);
  });
});

describe("wire:undecodable", () => {
  it("bytes that are no message are INTERNAL", async () => {
    for (const bytes of [[0xff], [0x0a, 0x05, 0x01], [0x08], [0x0b]]) {
      fails(await client.call(unary, prefixed(Uint8Array.from(bytes))), Status.INTERNAL);
    }
  });
});

describe("wire:message-too-large", () => {
  it("is known from the prefix, before the message has come, and names both sizes", async () => {
    const id = client.open(unary);
    client.peer.send(data(id, prefixed(new Uint8Array(0), 0, 0xffff_ffff)));
    fails(await client.answer(id), Status.RESOURCE_EXHAUSTED, /4294967295.*10000/);
  });

  it("is counted before decompression and after", async () => {
    const zeros = gzipSync(requestBytes({ payload: new Uint8Array(1_000_000) }));
    assert.ok(zeros.length < receiveMessageBytesMax);
    const list = [...unary, "grpc-encoding", "gzip"];
    fails(await client.call(list, prefixed(zeros, 1)), Status.RESOURCE_EXHAUSTED, /10000/);
    fails(await client.call(list, prefixed(new Uint8Array(0), 1, 10_001)), Status.RESOURCE_EXHAUSTED, /10001.*10000/);
  });

  it("of exactly the limit is taken", async () => {
    const payload = new Uint8Array(receiveMessageBytesMax - 3);
    assert.equal(requestBytes({ payload }).length, receiveMessageBytesMax);
    assert.equal(statusOf(await client.call(unary, echoRequest({ payload }))), Status.OK);
  });
});

describe("wire:compression-context", () => {
  it("is new for each message, and plain ones may stand between compressed ones", async () => {
    const one = prefixed(gzipSync(requestBytes({ text: "same" })), 1);
    const answer = await client.call([...bidi, "grpc-encoding", "gzip"], one, hello, one);
    assert.deepEqual(texts(answer), ["same", "hello", "same"]);
  });

  it("is new for each message of a response, too", async () => {
    const text = "x".repeat(500);
    const list = [...bidi, "grpc-accept-encoding", "gzip"];
    const answer = await client.call(list, echoRequest({ text }), echoRequest({ text }));
    assert.equal(fieldOf(answer.head, "grpc-encoding"), "gzip");
    assert.deepEqual(
      splitBody(answer.body).map(({ flag }) => flag),
      [1, 1],
    );
    assert.deepEqual(texts(answer), [text, text]);
  });

  it("a client that accepts nothing gets plain messages", async () => {
    for (const accepted of [undefined, "identity", "br,lzma", ""]) {
      const list = requestHeaders({ "grpc-accept-encoding": accepted });
      const answer = await client.call(list, echoRequest({ text: "x".repeat(500) }));
      assert.equal(fieldOf(answer.head, "grpc-encoding"), undefined);
      assert.equal(splitBody(answer.body)[0]?.flag, 0);
    }
  });

  it("what does not decompress is INTERNAL", async () => {
    const whole = gzipSync(requestBytes({ text: "x".repeat(100) }));
    const list = [...unary, "grpc-encoding", "gzip"];
    for (const bytes of [whole.subarray(0, 20), Buffer.from("no gzip at all"), deflateSync("x"), new Uint8Array(0)]) {
      fails(await client.call(list, prefixed(bytes, 1)), Status.INTERNAL);
    }
  });
});

describe("wire:encoding-unknown-to-server", () => {
  it("is UNIMPLEMENTED, and the answer tells what is known", async () => {
    for (const name of ["lzma", "gzip,deflate", "GZIP", "__proto__"]) {
      const answer = await client.call([...unary, "grpc-encoding", name], prefixed(requestBytes({}), 1));
      fails(answer, Status.UNIMPLEMENTED, /not supported; supported: .*gzip/);
      assert.match(fieldOf(answer.head, "grpc-accept-encoding") ?? "", /\bgzip\b/);
    }
  });
});

describe("wire:compressed-flag-without-encoding", () => {
  it("is INTERNAL, with no encoding and with identity", async () => {
    const body = prefixed(gzipSync(requestBytes({ text: "x" })), 1);
    for (const more of [[], ["grpc-encoding", "identity"]]) {
      fails(await client.call([...unary, ...more], body), Status.INTERNAL, /compressed/);
    }
  });
});
