import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Status } from "../base/status.js";
import type { HeaderList, StreamHandler } from "../base/transport.js";
import { RecordingStream } from "../call/fake-stream.testing.js";
import type { Interceptor } from "../call/interceptor.js";
import { framedNote, NotesService } from "../call/notes.testing.js";
import { cancelledByPeer, testPeer } from "../call/server-rig.testing.js";
import { protobufEsCodecs } from "../codec/protobuf-es-codec.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { Dispatcher } from "./dispatch.js";
import { callEnvironment } from "./environment.js";
import { Router } from "./router.js";

interface Rig {
  readonly stream: RecordingStream;
  readonly handler: StreamHandler;
}

function dispatcher(interceptors: readonly Interceptor[] = []): Dispatcher {
  const router = new Router({ interceptors }, new Map([["proto", protobufEsCodecs()]]));
  router.add(
    NotesService,
    { unary: (_note: unknown, call: { authority: string }) => ({ text: call.authority }) },
    true,
  );
  const report = (error: unknown): void => assert.fail(String(error));
  return new Dispatcher(router, callEnvironment({}, new SimulatedClock(), setImmediate, report));
}

/** Headers of a good request, with some of them changed; undefined leaves one out. */
function headers(changed: Readonly<Record<string, string | undefined>> = {}): HeaderList {
  const base = { ":method": "POST", ":scheme": "http", ":path": "/test.Notes/Unary", ":authority": "a.example" };
  const all = { ...base, "content-type": "application/grpc", te: "trailers", ...changed };
  return Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
}

function open(list: HeaderList, endStream = false, target: Dispatcher = dispatcher()): Rig {
  const stream = new RecordingStream();
  return { stream, handler: target.onStream(stream, list, endStream, testPeer) };
}

describe("a good request", () => {
  test("reaches its method", () => {
    const { stream, handler } = open(headers());
    assert.deepEqual(stream.order, []);
    handler.onData(framedNote("x"), true);
    assert.deepEqual(stream.order, ["headers", "data", "trailers"]);
    assert.equal(stream.status, Status.OK);
  });

  test("needs no authority", () => {
    const { stream, handler } = open(headers({ ":authority": undefined }));
    handler.onData(framedNote("x"), true);
    assert.equal(stream.status, Status.OK);
  });

  test("may repeat the header list of another one, also when others were between them", () => {
    const target = dispatcher();
    const [list, other] = [headers(), headers({ ":path": "/test.Notes/Bidi" })];
    const statuses = [list, list, other, list].map((one) => {
      const { stream, handler } = open(one, false, target);
      handler.onData(framedNote("x"), true);
      return stream.status;
    });
    assert.deepEqual(statuses, [Status.OK, Status.OK, Status.UNIMPLEMENTED, Status.OK]);
  });

  test("is answered with the content-type that it has, without its parameters", () => {
    const target = dispatcher();
    const types = { "application/grpc": "application/grpc", "application/grpc;x": "application/grpc" };
    const proto = {
      "application/grpc+proto": "application/grpc+proto",
      "Application/grpc+Proto;x": "application/grpc+proto",
    };
    for (const [type, answer] of Object.entries({ ...types, ...proto })) {
      for (const path of ["/test.Notes/Unary", "/test.Notes/Nothing"]) {
        const { stream, handler } = open(headers({ "content-type": type, ":path": path }), false, target);
        handler.onData(framedNote("x"), true);
        assert.equal(stream.header("content-type"), answer);
      }
    }
  });

  test("may have headers with the names of what objects inherit", () => {
    const { stream, handler } = open([...headers(), "__proto__", "x", "constructor", "y", "tostring", "z"]);
    handler.onData(framedNote("x"), true);
    assert.equal(stream.status, Status.OK);
  });
});

describe("what is no gRPC", () => {
  test("gets an HTTP answer: 405 with what is allowed, or 415", () => {
    for (const method of ["GET", "PUT", "post", undefined]) {
      const { stream } = open(headers({ ":method": method }), true);
      assert.deepEqual(stream.headerBlocks, [
        { headers: [":status", "405", "allow", "POST"], endStream: true, sensitive: undefined },
      ]);
      assert.equal(stream.releases, 1);
    }
    for (const type of [
      "application/json",
      "application/grpc-web",
      "application/grpc+json",
      "application/grpc+foo",
      "",
      undefined,
    ]) {
      const { stream } = open(headers({ "content-type": type }));
      assert.deepEqual(stream.headerBlocks[0]?.headers, [":status", "415"]);
      assert.equal(stream.releases, 1);
    }
  });
});

describe("what is refused", () => {
  const refusals: readonly [string, Readonly<Record<string, string>>, Status, RegExp][] = [
    ["unknown service", { ":path": "/test.Other/Unary" }, Status.UNIMPLEMENTED, /^unknown service test\.Other$/],
    ["unknown method", { ":path": "/test.Notes/Nothing" }, Status.UNIMPLEMENTED, /^unknown method Nothing for/],
    ["method without a handler", { ":path": "/test.Notes/Bidi" }, Status.UNIMPLEMENTED, /^unknown method Bidi/],
    ["path without a slash", { ":path": "test.Notes/Unary" }, Status.UNIMPLEMENTED, /^malformed method name/],
    ["path of three parts", { ":path": "/a/test.Notes/Unary" }, Status.UNIMPLEMENTED, /^malformed method name/],
    ["empty path", { ":path": "" }, Status.UNIMPLEMENTED, /^malformed method name ""/],
    ["malformed timeout", { "grpc-timeout": "5 s" }, Status.INTERNAL, /^malformed grpc-timeout "5 s"/],
    ["empty timeout", { "grpc-timeout": "" }, Status.INTERNAL, /^malformed grpc-timeout ""/],
    ["timeout of nine digits", { "grpc-timeout": "123456789S" }, Status.INTERNAL, /^malformed grpc-timeout/],
  ];
  const never: Interceptor = () => () => assert.fail("an interceptor saw it");

  for (const [name, changed, status, message] of refusals) {
    test(`${name}: a status, before any interceptor`, () => {
      const { stream, handler } = open(headers(changed), false, dispatcher([never]));
      assert.deepEqual(stream.order, ["trailers"]);
      assert.equal(stream.header(":status"), "200");
      assert.equal(stream.header("content-type"), "application/grpc");
      assert.equal(stream.status, status);
      assert.match(stream.statusMessage, message);
      assert.equal(stream.releases, 1);
      handler.onData(new Uint8Array(9), false);
      handler.onHeaders([], true);
      handler.onWritable();
      handler.onReset(cancelledByPeer);
      assert.equal(stream.consumedBytes, 9);
      assert.deepEqual(stream.late, []);
    });
  }
});
