import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, file_google_protobuf_wrappers } from "@bufbuild/protobuf/wkt";
import { Status } from "../base/status.js";
import { Channel } from "../client/channel.js";
import { compile } from "../proto/compile.js";
import { registryOf } from "../proto/registry.js";
import { Server } from "../server/server.js";
import { channelz } from "./channelz.js";
import {
  ServerReflection,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
} from "./grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ServerReflectionV1alpha } from "./grpc/reflection/v1alpha/reflection_pb.js";
import { health } from "./health.js";
import { type ReflectionOptions, reflection } from "./reflection.js";
import { ReflectionClient } from "./reflection-client.js";

const texts: Readonly<Record<string, string>> = {
  "a.proto": `edition = "2023"; package a; import "b.proto"; import "google/protobuf/empty.proto";
    service S { rpc Do(M) returns (b.N); }
    message M { oneof kind { string text = 1; int32 number = 2; } E e = 3; message In { enum Deep { DEEP = 0; } }
      extend b.N { string in_m = 102; } google.protobuf.Empty empty = 4; }
    enum E { E_ZERO = 0; }`,
  "b.proto": `syntax = "proto2"; package b; message N { extensions 100 to 200; } extend N { optional string note = 100; }`,
  "c.proto": `syntax = "proto2"; package c; import "b.proto"; extend b.N { optional int32 size = 101; }`,
  "late.proto": `syntax = "proto3"; package late; service L { rpc Go(Q) returns (Q); } message Q {}`,
};
const registry = registryOf(
  compile(Object.keys(texts), {
    read: (path) => (texts[path] === undefined ? undefined : { text: texts[path], displayPath: path }),
  }).files,
);

function fileOf(name: string) {
  const file = registry.getFile(name);
  assert.ok(file !== undefined);
  return file;
}

function serviceOf(name: string) {
  const service = registry.getService(name);
  assert.ok(service !== undefined);
  return service;
}

async function withServer(
  options: ReflectionOptions,
  run: (channel: Channel, server: Server) => Promise<void>,
): Promise<void> {
  const server = new Server().add(health(), reflection(options), channelz());
  server.add(serviceOf("a.S"), {}, { allowMissing: true });
  const channel = new Channel(await server.listen("127.0.0.1:0"));
  try {
    await run(channel, server);
  } finally {
    await channel.close({ graceMs: 0 });
    await server.close({ graceMs: 0 });
  }
}

type Question = ServerReflectionRequest["messageRequest"];

/** Asks on one stream. */
async function ask(channel: Channel, ...questions: readonly Question[]): Promise<ServerReflectionResponse[]> {
  const client = channel.client(ServerReflection);
  const requests = questions.map((messageRequest) => ({ host: "h", messageRequest }));
  const responses: ServerReflectionResponse[] = [];
  for await (const response of client.serverReflectionInfo(requests)) responses.push(response);
  return responses;
}

/** Names of the files in an answer, or the code of its error. */
function summary({ messageResponse }: ServerReflectionResponse): readonly string[] | Status {
  if (messageResponse.case === "errorResponse") return messageResponse.value.errorCode as Status;
  assert.equal(messageResponse.case, "fileDescriptorResponse");
  return messageResponse.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);
}

const symbol = (value: string): Question => ({ case: "fileContainingSymbol", value });
const extension = (containingType: string, extensionNumber: number): Question => ({
  case: "fileContainingExtension",
  value: { $typeName: "grpc.reflection.v1.ExtensionRequest", containingType, extensionNumber },
});

test("tells the file of every kind of name", () =>
  withServer({}, async (channel) => {
    const names = [
      "a.S",
      "a.S.Do",
      "a.M",
      "a.M.text",
      "a.M.kind",
      "a.M.In",
      "a.M.DEEP",
      "a.M.In.DEEP",
      "a.M.In.Deep",
      "a.E",
    ];
    names.push("a.E_ZERO", "a.M.in_m", "b.note", "a.E.E_ZERO", "a", "", ".a.S", "c.size");
    const found = new Map<string, unknown>();
    for (const name of names) {
      const [answer] = await ask(channel, symbol(name));
      assert.ok(answer !== undefined);
      const told = summary(answer);
      found.set(name, typeof told === "number" ? told : told[0]);
    }
    const missing = ["a.M.DEEP", "a.E.E_ZERO", "a", "", ".a.S", "c.size"];
    const expected = names.map((name) => [
      name,
      missing.includes(name) ? Status.NOT_FOUND : name === "b.note" ? "b.proto" : "a.proto",
    ]);
    assert.deepEqual([...found], expected);
  }));

test("sends imports once on a stream, and the file that was asked for each time", () =>
  withServer({}, async (channel) => {
    const answers = await ask(
      channel,
      { case: "fileByFilename", value: "b.proto" },
      symbol("a.M"),
      symbol("a.S"),
      { case: "fileByFilename", value: "no.proto" },
      { case: "fileByFilename", value: "google/protobuf/timestamp.proto" },
      symbol("google.rpc.BadRequest"),
    );
    assert.deepEqual(answers.map(summary), [
      ["b.proto"],
      ["a.proto", "google/protobuf/empty.proto"],
      ["a.proto"],
      Status.NOT_FOUND,
      ["google/protobuf/timestamp.proto"],
      ["google/rpc/error_details.proto", "google/protobuf/duration.proto"],
    ]);
    for (const [i, { validHost, originalRequest }] of answers.entries()) {
      assert.equal(validHost, "h");
      assert.equal(originalRequest?.host, "h");
      if (i === 1) assert.deepEqual(originalRequest?.messageRequest, symbol("a.M"));
    }
  }));

test("tells of extensions, also in files that only options name", () =>
  withServer({ files: [fileOf("c.proto")] }, async (channel) => {
    const numbers = (value: string): Question => ({ case: "allExtensionNumbersOfType", value });
    const [own, nested, other, none, all, empty, wrong, unset] = await ask(
      channel,
      extension("b.N", 100),
      extension("b.N", 102),
      extension("b.N", 101),
      extension("b.N", 103),
      numbers("b.N"),
      numbers("a.M"),
      numbers("a.E"),
      { case: undefined },
    );
    assert.deepEqual(own && summary(own), ["b.proto"]);
    assert.deepEqual(nested && summary(nested)?.[0 as never], "a.proto");
    assert.deepEqual(other && summary(other), ["c.proto"]);
    assert.equal(none && summary(none), Status.NOT_FOUND);
    assert.deepEqual(all?.messageResponse.value, {
      $typeName: "grpc.reflection.v1.ExtensionNumberResponse",
      baseTypeName: "b.N",
      extensionNumber: [100, 101, 102],
    });
    assert.deepEqual(empty?.messageResponse.case, "allExtensionNumbersResponse");
    assert.equal(wrong && summary(wrong), Status.NOT_FOUND);
    assert.equal(unset && summary(unset), Status.INVALID_ARGUMENT);
  }));

test("lists services, those that are added later too, and answers v1alpha the same", () =>
  withServer({}, async (channel, server) => {
    const client = new ReflectionClient(channel);
    const before = await client.listServices();
    assert.deepEqual(before, [
      "a.S",
      "grpc.channelz.v1.Channelz",
      "grpc.health.v1.Health",
      "grpc.reflection.v1.ServerReflection",
      "grpc.reflection.v1alpha.ServerReflection",
    ]);
    await assert.rejects(client.find("late.L"), { code: Status.NOT_FOUND });
    server.add(serviceOf("late.L"), {}, { allowMissing: true });
    assert.deepEqual(
      (await client.listServices()).filter((name) => !before.includes(name)),
      ["late.L"],
    );
    assert.equal((await client.findService("late.L")).methods.length, 1);
    const alpha = channel.client(ServerReflectionV1alpha);
    for await (const { originalRequest, messageResponse } of alpha.serverReflectionInfo([
      { host: "x", messageRequest: { case: "fileContainingSymbol", value: "a.S" } },
    ])) {
      assert.equal(originalRequest?.$typeName, "grpc.reflection.v1alpha.ServerReflectionRequest");
      assert.equal(messageResponse.case, "fileDescriptorResponse");
    }
  }));

test("a tool that keeps its stream open does not hold up the close", () =>
  withServer({}, async (channel, server) => {
    async function* requests() {
      yield { messageRequest: { case: "listServices" as const, value: "" } };
      await new Promise(() => undefined);
    }
    const answers = channel.client(ServerReflection).serverReflectionInfo(requests());
    assert.equal((await answers.next()).value?.messageResponse.case, "listServicesResponse");
    await server.close({ graceMs: Number.POSITIVE_INFINITY });
    await assert.rejects(answers.next(), { code: Status.UNAVAILABLE });
  }));

test("what the client makes of it can be called with", () =>
  withServer({ files: [file_google_protobuf_wrappers] }, async (channel) => {
    const client = new ReflectionClient(channel);
    const service = await client.findService("a.S");
    assert.deepEqual(service.file.proto.edition, fileOf("a.proto").proto.edition);
    const extensions = await client.findExtensions("b.N");
    assert.deepEqual(extensions.map(({ typeName }) => typeName).sort(), ["a.M.in_m", "b.note"]);
    assert.equal((await client.find("google.protobuf.StringValue")).kind, "message");
    const call = channel.client(service) as Record<string, (request: object) => Promise<unknown>>;
    await assert.rejects(async () => call["do"]?.({ kind: { case: "number", value: 1 } }), {
      code: Status.UNIMPLEMENTED,
    });
  }));
