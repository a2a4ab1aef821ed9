import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type AttemptProbe,
  Channel,
  detail,
  type Interceptor,
  type Probe,
  RpcError,
  Server,
  type ServerErrorInfo,
  Status,
} from "peregrine";
import type { MessageInitShape } from "peregrine/protobuf";
import { startInMemory } from "peregrine/testing";
import { BadRequestSchema } from "../../src/rpc/error_details_pb.js";
import { Echo, type EchoResponseSchema } from "../gen/echo_pb.js";
import { addEcho } from "../peers/echo-service.js";

/** What `onError` heard. */
class Heard {
  readonly kinds: string[] = [];
  readonly texts: string[] = [];
  readonly onError = (error: unknown, { kind }: ServerErrorInfo): void => {
    this.kinds.push(kind);
    this.texts.push(String(error));
  };
}

async function codeOf(call: Promise<unknown>): Promise<Status> {
  return call.then(
    () => Status.OK,
    (error: unknown) => (error instanceof RpcError ? error.code : Promise.reject(error)),
  );
}

describe("gates and interceptors of one service", () => {
  test("stand behind those of the server, and before no other service", async () => {
    const order: string[] = [];
    const noting = (what: string): { admit(): undefined } => ({
      admit: () => {
        order.push(what);
        return undefined;
      },
    });
    const gates = [noting("a gate of the server")];
    await using memory = await startInMemory(
      (server) =>
        server.add(
          Echo,
          { unary: () => ({ text: "y" }) },
          {
            allowMissing: true,
            gates: [noting("a gate of the service")],
            interceptors: [
              (next) => (request) => {
                order.push("an interceptor of the service");
                return next(request);
              },
            ],
          },
        ),
      { server: { gates } },
    );
    await memory.client(Echo).unary({});
    assert.deepEqual(order, ["a gate of the server", "a gate of the service", "an interceptor of the service"]);
  });

  test("that are none are refused when they are given", async () => {
    const wrong = [{ gates: [{}] }, { gates: {} }, { gates: [undefined] }, { interceptors: [5] }, { interceptors: {} }];
    for (const options of wrong) {
      const start = startInMemory((server) => server.add(Echo, {}, { allowMissing: true, ...options } as never));
      await assert.rejects(start, { name: "TypeError", message: /^(gates|interceptors)/ });
      await assert.rejects(
        startInMemory(() => undefined, { server: options as never }),
        { name: "TypeError" },
      );
    }
  });
});

describe("a server that closes", () => {
  test("tells its handlers, which end their streams with OK, also where the stream came after", async () => {
    let begun: () => void;
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    await using memory = await startInMemory((server) =>
      server.add(
        Echo,
        {
          async *serverStream(_request, call) {
            yield { text: "first" };
            begun();
            await new Promise((resolve) => call.draining.addEventListener("abort", resolve, { once: true }));
            yield { text: "last" };
          },
        },
        { allowMissing: true },
      ),
    );
    const texts: string[] = [];
    const reading = (async () => {
      for await (const { text } of memory.client(Echo).serverStream({})) texts.push(text);
    })();
    await running;
    await memory.server.close({ graceMs: Number.POSITIVE_INFINITY });
    await reading;
    assert.deepEqual(texts, ["first", "last"]);
  });
});

describe("trailers above the client's limit", () => {
  test("lose details, and the status arrives", async () => {
    const heard = new Heard();
    const fieldViolations = Array.from({ length: 1_000 }, (_, i) => ({
      field: `items[${i}]`,
      description: "too many",
    }));
    await using memory = await startInMemory(
      (server) =>
        server.add(
          Echo,
          {
            unary(request, call) {
              if (request.text === "ok") {
                call.responseTrailers.set("k", "v".repeat(20_000));
                return {};
              }
              const details = [detail(BadRequestSchema, { fieldViolations })];
              throw new RpcError(Status.INVALID_ARGUMENT, "1000 violations", { details });
            },
          },
          { allowMissing: true },
        ),
      { server: { onError: heard.onError } },
    );
    const echo = memory.client(Echo);
    await assert.rejects(echo.unary({}), { code: Status.INVALID_ARGUMENT, message: /1000 violations/ });
    await echo.unary({ text: "ok" });
    assert.deepEqual(heard.kinds, ["handler", "handler"]);
  });
});

describe("a probe that throws", () => {
  const names = [
    "onListen",
    "onConnection",
    "onCall",
    "onMessageReceived",
    "onMessageSent",
    "onEnd",
    "onClosed",
    "onDrain",
  ];
  for (const name of names) {
    test(`in ${name} fails no call, and is told once`, async () => {
      const heard = new Heard();
      const told = (what: string): void => {
        if (what === name) throw new Error(`s3cret ${what}`);
      };
      const attempt: AttemptProbe = {
        onMessageReceived: () => told("onMessageReceived"),
        onMessageSent: () => told("onMessageSent"),
        onEnd: () => told("onEnd"),
      };
      const probe: Probe = {
        onChannel: () => undefined,
        onServer: () => ({
          onListen: () => told("onListen"),
          onDrain: () => told("onDrain"),
          onClosed: () => told("onClosed"),
          onConnection: () => {
            told("onConnection");
            return {
              onCall: () => {
                told("onCall");
                return attempt;
              },
              onClosed: () => told("onClosed"),
            };
          },
        }),
      };
      {
        await using memory = await startInMemory(addEcho, { server: { probe, onError: heard.onError } });
        const echo = memory.client(Echo);
        for (let i = 0; i < 3; i++) assert.equal((await echo.unary({ text: "x" })).text, "x");
        for await (const { text } of echo.bidi([{ text: "y" }])) assert.equal(text, "y");
      }
      assert.deepEqual(heard.kinds, ["internal"]);
      assert.match(heard.texts[0] ?? "", /a probe failed.*s3cret/);
    });
  }
});

describe("encodings that are accepted", () => {
  test("by a server: others end with UNIMPLEMENTED", async () => {
    for (const [accept, expected] of [
      [["gzip"], [Status.OK, Status.UNIMPLEMENTED]],
      [[], [Status.UNIMPLEMENTED, Status.UNIMPLEMENTED]],
    ] as const) {
      await using memory = await startInMemory(addEcho, { server: { compression: { accept } } });
      const echo = memory.client(Echo);
      const request = { text: "x".repeat(1_000) };
      const codes = [];
      for (const compress of ["gzip", "deflate"]) codes.push(await codeOf(echo.unary(request, { compress })));
      assert.deepEqual(codes, expected);
      assert.equal(await codeOf(echo.unary(request)), Status.OK);
    }
  });

  test("by a channel: a server answers in no other", async () => {
    for (const [acceptCompressions, isSmall] of [
      [["gzip"], true],
      [[], false],
    ] as const) {
      const sizes: number[] = [];
      const attempt = { onMessageSent: (bytes: number) => sizes.push(bytes), onMessageReceived() {}, onEnd() {} };
      const connection = { onCall: () => attempt, onClosed() {} };
      const server = { onListen() {}, onDrain() {}, onClosed() {}, onConnection: () => connection };
      const probe = { onServer: () => server, onChannel: () => undefined } as unknown as Probe;
      await using memory = await startInMemory(addEcho, {
        server: { probe, compression: { byDefault: true } },
        channel: { acceptCompressions },
      });
      await memory.client(Echo).unary({ text: "x".repeat(1_000) });
      assert.equal((sizes[0] as number) < 500, isSmall);
    }
  });

  test("that are not known are named", async () => {
    const wrong = { name: "TypeError", message: /acceptCompressions|compression\.accept/ };
    for (const names of [["gzpi"], [5], "gzip"]) {
      const options = { channel: { acceptCompressions: names } } as never;
      await assert.rejects(startInMemory(addEcho, options), wrong);
      await assert.rejects(startInMemory(addEcho, { server: { compression: { accept: names } } } as never), wrong);
    }
  });
});

test("a response with a name that its type does not have is told to onError, and not sent", async () => {
  const passOn: Interceptor = (next) => (request) => next(request);
  for (const interceptors of [[], [passOn]]) {
    const errors: unknown[] = [];
    const server = new Server({ interceptors, onError: (error: unknown) => void errors.push(error) });
    const odd = { txet: "x" } as unknown as MessageInitShape<typeof EchoResponseSchema>;
    server.add(Echo, { unary: () => odd, serverStream: () => [odd] }, { allowMissing: true });
    await using channel = new Channel(`${await server.listen("127.0.0.1:0")}`);
    const echo = channel.client(Echo);
    const code = interceptors.length === 0 ? Status.INTERNAL : Status.UNKNOWN;
    await assert.rejects(echo.unary({}), { code });
    await assert.rejects(echo.serverStream({}).next(), { code });
    assert.equal(errors.length, 2);
    for (const error of errors) assert.match(String(error), /field txet: .*EchoResponse .*did you mean text\?/);
    await server.close({ graceMs: 0 });
  }
});
