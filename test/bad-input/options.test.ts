import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { Channel, pickFirst, pushable, RpcError, Server, type ServerPart, Status } from "peregrine";
import { compile, loadProto, loadProtoSync } from "peregrine/proto";
import { fromText, toText } from "peregrine/protobuf/text";
import { ReflectionClient, reflection } from "peregrine/services";
import {
  createTestAuthority,
  createTestCertificates,
  FaultInjector,
  MemoryNetwork,
  startInMemory,
  startStub,
} from "peregrine/testing";
import { generate } from "../../src/generate/generate.js";
import { sectionsOf } from "../../tools/api.js";
import { root } from "../../tools/files.js";
import { Echo } from "../gen/echo_pb.js";

// A misspelt option would silently do nothing: `interceptor` for `interceptors` is a server without authentication.

/** What is not as the types say: this is about programs that no compiler has seen. */
type Given = never;

const network = new MemoryNetwork();
const idle = (): Channel => new Channel("127.0.0.1:1", { network });
const server = (): Server => new Server({ network });
const { server: pem } = createTestCertificates();
const handlers = { unary: () => ({}), clientStream: () => ({}), serverStream: () => [], bidi: () => [] } as Given;
const authority = createTestAuthority();

/** Gives options to each function that takes them, by the name of their type. */
const takers: Readonly<Record<string, (options: Given) => unknown>> = {
  AddOptions: (options) => server().add(Echo, handlers, options),
  BackoffOptions: (backoff) => new Channel("a:1", { backoff }),
  CallOptions: (options) => idle().client(Echo).unary({}, options),
  CertificateOptions: (options) => authority.issueServer(options),
  ChannelCloseOptions: (options) => idle().close(options),
  ChannelOptions: (options) => new Channel("a:1", options),
  CloseOptions: (options) => server().close(options),
  CompileOptions: (options) => compile([], { read: () => undefined }, options),
  Fault: (options) => new FaultInjector().add(options),
  FaultInjectorOptions: (options) => new FaultInjector(options),
  FromTextOptions: (options) => fromText(EmptySchema, "", options),
  GenerateOptions: (options) => generate([], [], options),
  Http2Limits: (limits) => new Server({ limits }),
  InMemoryOptions: (options) => startInMemory(() => undefined, options),
  KeepaliveOptions: (keepalive) => new Server({ keepalive }),
  LoadProtoOptions: (options) => loadProto("a.proto", options),
  PickFirstOptions: (options) => pickFirst(options),
  PingPolicy: (pingPolicy) => new Server({ pingPolicy }),
  PushableOptions: (options) => pushable(options),
  ReflectionClientLimits: (limits) => new ReflectionClient(idle(), { limits }),
  ReflectionClientOptions: (options) => new ReflectionClient(idle(), options),
  ReflectionOptions: (options) => reflection(options),
  RpcErrorOptions: (options) => new RpcError(Status.ABORTED, "", options),
  ServerCompression: (compression) => new Server({ compression }),
  ServerConnectionOptions: (connection) => new Server({ connection }),
  ServerHttp2Options: (http2) => new Server({ http2 }),
  ServerListenOptions: (options) => server().listen("127.0.0.1:0", options),
  ServerOptions: (options) => new Server(options),
  TestCertificatesOptions: (options) => createTestCertificates(options),
  TlsClientOptions: (tls) => new Channel("a:1", { tls }),
  TlsServerOptions: (tls) => server().listen("127.0.0.1:0", { tls }),
  ToTextOptions: (options) => toText(EmptySchema, create(EmptySchema), options),
  WaitOptions: (options) => idle().connect(options),
};

/** Other ways to the same options. */
const furtherTakers: readonly (readonly [string, (options: Given) => unknown])[] = [
  ["CallOptions", (options) => idle().client(Echo).serverStream({}, options)],
  ["CallOptions", (options) => idle().client(Echo).clientStream([], options)],
  ["CertificateOptions", (options) => authority.issueClient(options)],
  ["Http2Limits", (limits) => new Channel("a:1", { limits })],
  ["InMemoryOptions", (options) => startStub(Echo, options)],
  ["KeepaliveOptions", (keepalive) => new Channel("a:1", { keepalive })],
  ["LoadProtoOptions", (options) => loadProtoSync("a.proto", options)],
  ["ServerOptions", (options) => startInMemory(() => undefined, { server: options })],
  ["ChannelOptions", (channel) => startInMemory(() => undefined, { channel })],
  ["WaitOptions", (options) => idle().waitForStateChange("IDLE", options)],
];

/** Members of each type of options that the package exports: an interface of which all members may be left out. */
function optionTypes(): ReadonlyMap<string, readonly string[]> {
  const types = new Map<string, readonly string[]>();
  const exported = new Set<string>();
  for (const [name, lines] of sectionsOf(readFileSync(join(root, "tools/api-snapshot.txt"), "utf8"))) {
    if (name.startsWith("peregrine")) {
      for (const line of lines) if (line.endsWith(" interface")) exported.add(line.slice(0, -" interface".length));
    } else if (exported.has(name)) {
      const names = lines.flatMap((line) => /^ {2}(?:readonly )?(\w+\??)[:(]/.exec(line)?.[1] ?? []);
      if (names.length > 0 && (names.every((one) => one.endsWith("?")) || name in takers)) types.set(name, names);
    }
  }
  return types;
}

async function refusal(take: () => unknown): Promise<unknown> {
  try {
    await take();
  } catch (error) {
    return error;
  }
  return assert.fail("it was taken");
}

describe("a misspelt option is refused", () => {
  const types = optionTypes();
  const generated = new Map([["GenerateOptions", ["runtime?"]]]);
  for (const [type, take] of [...Object.entries(takers), ...furtherTakers]) {
    test(type, async () => {
      const [first] = types.get(type) ?? generated.get(type) ?? assert.fail("no such type");
      const right = (first as string).replace("?", "");
      const error = await refusal(() => take({ [`${right}x`]: undefined } as Given));
      assert.ok(error instanceof TypeError, String(error));
      assert.ok(error.message.endsWith(`have no "${right}x"; did you mean ${right}?`), error.message);
      assert.match(String(await refusal(() => take(5 as Given))), /TypeError: .* must be .*: got 5|tls must be/);
    });
  }

  test("each type of options has a row above", () => {
    assert.deepEqual(
      [...types.keys()].filter((name) => !(name in takers)),
      [],
    );
    assert.ok(types.size > 25);
  });
});

describe("what was taken silently", () => {
  const rows: readonly (readonly [what: string, take: () => unknown, message: RegExp])[] = [
    [
      "a server without its authentication",
      () => new Server({ interceptor: [() => undefined] } as Given),
      /^server options have no "interceptor"; did you mean interceptors\?$/,
    ],
    [
      "an interceptor that is none",
      () => new Server({ interceptors: [undefined] as Given }),
      /^interceptors\[0\] must/,
    ],
    [
      "plaintext",
      () => server().listen("127.0.0.1:0", { tsl: pem } as Given),
      /^options of listen\(\) have no "tsl"; did you mean tls\?$/,
    ],
    [
      "TLS options of another stack",
      () => server().listen("127.0.0.1:0", { tls: { ...pem, rejectUnauthorized: true } as Given }),
      /^tls options of a server have no "rejectUnauthorized"; there are key, cert,/,
    ],
    [
      "a grace",
      () => server().close({ grace: 1 } as Given),
      /^options of close\(\) have no "grace"; did you mean graceMs/,
    ],
    ["a grace below 0", () => server().close({ graceMs: -1 }), /^graceMs must be a number, 0 or more: got -1$/],
    [
      "missing handlers",
      () => server().add(Echo, handlers, { allowmissing: true } as Given),
      /^options of add\(\) have no "allowmissing"; did you mean allowMissing\?$/,
    ],
    [
      "a port as a number",
      () => server().listen(50051 as Given),
      /^listen\(\) takes host:port or unix:path as a text: got 50051; write "127\.0\.0\.1:50051" .* ":50051" for all/,
    ],
    ["a port as a text", () => server().listen("50051"), /got "50051"; write "127\.0\.0\.1:50051"/],
    ["no target", () => server().listen(undefined as Given), /as a text: got undefined$/],
    ["a channel to a port", () => new Channel(50051 as Given), /^new Channel\(\) takes a target .*: got 50051$/],
    ["no service", () => server().add(undefined as Given), /take a service .*: got undefined: is it imported under/],
    ["something else than a service", () => server().add({} as Given), /take a service .*: got \[object Object\]$/],
    [
      "no handlers",
      () => server().add(Echo as unknown as ServerPart),
      /^add\(Echo\) needs the handlers of .*Echo as an object, \{ \w+: \.\.\. \}: got undefined$/,
    ],
    ["nothing to remove", () => server().remove(undefined as Given), /take a service/],
    ["a limit below 0", () => new Server({ limits: { resetBurst: -1 } }), /^limits\.resetBurst must be .*: got -1$/],
    ["a limit in text", () => new Channel("a:1", { limits: { resetBurst: "9" as Given } }), /^limits\.resetBurst/],
    [
      "keepalive in text",
      () => new Server({ keepalive: { intervalMs: "1s" as Given } }),
      /^keepalive\.intervalMs must/,
    ],
    ["pings below 0", () => new Server({ pingPolicy: { strikesMax: -1 } }), /^pingPolicy\.strikesMax must/],
    [
      "a window of 0",
      () => new Server({ http2: { streamWindowBytes: 0 } }),
      /^http2\.streamWindowBytes must be a whole/,
    ],
    ["an age below 0", () => new Server({ connection: { ageMsMax: -1 } }), /^connection\.ageMsMax must be a number, 0/],
    [
      "half a byte",
      () => new Server({ receiveMessageBytesMax: 1.5 }),
      /^receiveMessageBytesMax must be a whole .* 1\.5$/,
    ],
    ["an unknown encoding", () => new Server({ compression: { encodings: ["zip"] } }), /"zip" is not known here/],
    [
      "an own encoding without its half",
      () => new Channel("a:1", { compressions: [{ name: "x", compress: () => undefined } as Given] }),
      /^compressions\[0\]\.decompress must be a function: got undefined$/,
    ],
    ["a backoff that shrinks", () => new Channel("a:1", { backoff: { multiplier: 0.5 } }), /^backoff\.multiplier must/],
    ["a clock that stands", () => new Server({ clock: { nowMs: () => 0 } as Given }), /^clock\.setTimer must/],
    [
      "a certificate as a number",
      () => server().listen("a:1", { tls: { ...pem, cert: 5 as Given } }),
      /^tls\.cert must be PEM/,
    ],
    [
      "a text as trust",
      () => new Channel("a:1", { tls: { verifyCertificate: "no" as Given } }),
      /^tls\.verifyCertificate/,
    ],
  ];
  for (const [what, take, message] of rows) {
    test(what, async () => {
      const error = await refusal(take);
      assert.ok(error instanceof TypeError, String(error));
      assert.match(error.message, message);
    });
  }
});

test("an option that is undefined has its default", async () => {
  const test = await startInMemory((one) => one.add(Echo, handlers), {
    server: { limits: { resetBurst: undefined }, compression: undefined, onError: undefined },
    channel: { backoff: { initialMs: undefined }, limits: undefined },
  });
  await test.close();
});
