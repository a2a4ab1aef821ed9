import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { Channel } from "../client/channel.js";
import { compile } from "../proto/compile.js";
import { Server } from "../server/server.js";
import {
  ServerReflection,
  type ServerReflectionRequest,
  type ServerReflectionResponseSchema,
} from "./grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ServerReflectionV1alpha } from "./grpc/reflection/v1alpha/reflection_pb.js";
import { ReflectionClient, type ReflectionClientOptions } from "./reflection-client.js";

type Bytes = Uint8Array<ArrayBuffer>;

const texts: Readonly<Record<string, string>> = {
  "a.proto": `syntax = "proto3"; package a; import "b.proto"; import "google/protobuf/timestamp.proto";
    service S { rpc Do(M) returns (b.N); }
    message M { oneof kind { string text = 1; google.protobuf.Timestamp at = 2; } E e = 3; message In {} }
    enum E { E_ZERO = 0; E_ONE = 1; }`,
  "b.proto": `syntax = "proto2"; package b; message N { extensions 100 to 200; } extend N { optional string note = 100; }`,
  "c.proto": `syntax = "proto2"; package c; import "b.proto"; extend b.N { optional int32 size = 101; }`,
};
const compiled = compile(Object.keys(texts), {
  read: (path) => (texts[path] === undefined ? undefined : { text: texts[path], displayPath: path }),
});

function bytesOf(name: string): Bytes {
  const file = compiled.files.find((one) => one.name === name);
  assert.ok(file !== undefined);
  return toBinary(FileDescriptorProtoSchema, { ...file, sourceCodeInfo: undefined });
}

function fileOf(file: Partial<FileDescriptorProto>): Bytes {
  return toBinary(FileDescriptorProtoSchema, create(FileDescriptorProtoSchema, file as object));
}

type Answer =
  | { readonly files: readonly Bytes[] }
  | { readonly numbers: readonly number[] }
  | { readonly services: readonly string[] }
  | { readonly error: Status };

type Script = (question: ServerReflectionRequest["messageRequest"]) => Answer;

/** A server that answers as the script says, and a client of it. */
async function withServer(
  versions: readonly ("v1" | "v1alpha")[],
  script: Script,
  run: (client: ReflectionClient, asked: string[]) => Promise<void>,
  options?: ReflectionClientOptions,
): Promise<void> {
  const server = new Server();
  const asked: string[] = [];
  for (const version of versions) {
    const service = version === "v1" ? ServerReflection : ServerReflectionV1alpha;
    server.add(service as typeof ServerReflection, {
      async *serverReflectionInfo(requests) {
        for await (const { messageRequest } of requests) {
          const value = messageRequest.case === "fileContainingExtension" ? "extension" : messageRequest.value;
          asked.push(`${version} ${messageRequest.case} ${value}`);
          yield { messageResponse: responseOf(script(messageRequest)) };
        }
      },
    });
  }
  const target = await server.listen("127.0.0.1:0");
  const channel = new Channel(target);
  try {
    await run(new ReflectionClient(channel, options), asked);
  } finally {
    await channel.close({ graceMs: 0 });
    await server.close({ graceMs: 0 });
  }
}

function responseOf(
  answer: Answer,
): NonNullable<MessageInitShape<typeof ServerReflectionResponseSchema>["messageResponse"]> {
  if ("files" in answer) {
    return { case: "fileDescriptorResponse", value: { fileDescriptorProto: [...answer.files] } };
  }
  if ("numbers" in answer) {
    return { case: "allExtensionNumbersResponse", value: { extensionNumber: [...answer.numbers] } };
  }
  if ("services" in answer) {
    return { case: "listServicesResponse", value: { service: answer.services.map((name) => ({ name })) } };
  }
  return { case: "errorResponse", value: { errorCode: answer.error, errorMessage: "no such thing" } };
}

/** Knows services and types only, and gives single files: what a client has to live with. */
const sparse: Script = (question) => {
  switch (question.case) {
    case "listServices":
      return { services: ["a.S", "a.R", "a.S"] };
    case "fileByFilename":
      return texts[question.value] === undefined ? { error: Status.NOT_FOUND } : { files: [bytesOf(question.value)] };
    case "fileContainingSymbol":
      if (["a.S", "a.M", "a.E"].includes(question.value)) return { files: [bytesOf("a.proto")] };
      return question.value === "b.N" ? { files: [bytesOf("b.proto")] } : { error: Status.NOT_FOUND };
    case "allExtensionNumbersOfType":
      return { numbers: [100, 101] };
    default:
      return { files: [bytesOf("c.proto")] };
  }
};

function codeOf(code: Status, text: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof RpcError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, text);
    return true;
  };
}

test("lists services and finds what names stand for, asking for imports by itself", () =>
  withServer(["v1"], sparse, async (client, asked) => {
    assert.deepEqual(await client.listServices(), ["a.R", "a.S"]);
    assert.equal((await client.find("a.S/Do")).kind, "rpc");
    assert.deepEqual(asked.slice(1), [
      "v1 fileContainingSymbol a.S.Do",
      "v1 fileContainingSymbol a.S",
      "v1 fileByFilename b.proto",
    ]);
    assert.equal(client.version, "v1");
    const service = await client.findService("a.S");
    assert.equal(service.method["do"]?.output.typeName, "b.N");
    for (const [name, kind] of Object.entries({
      "a.M.text": "field",
      "a.M.kind": "oneof",
      ".a.M.In": "message",
      "a.E": "enum",
      "a.E_ONE": "enum_value",
      "a.E.E_ONE": "enum_value",
      "b.note": "extension",
      "google.protobuf.Timestamp": "message",
    })) {
      assert.equal((await client.find(name)).kind, kind, name);
    }
    assert.equal(asked.length, 4, "what is known is not asked for");
    assert.equal((await client.findFile("b.proto")).name, "b");
    await assert.rejects(client.find("a.Nothing"), codeOf(Status.NOT_FOUND, /no such thing/));
    await assert.rejects(client.findService("a.M"), codeOf(Status.NOT_FOUND, /a\.M is a message, not a service/));
  }));

test("finds the extensions of a message, also those in files that nobody imports", () =>
  withServer(["v1"], sparse, async (client) => {
    const extensions = await client.findExtensions("b.N");
    assert.deepEqual(extensions.map(({ typeName }) => typeName).sort(), ["b.note", "c.size"]);
  }));

test("asks by v1alpha where the server does not know v1, and goes on with that", () =>
  withServer(["v1alpha"], sparse, async (client, asked) => {
    await client.listServices();
    await client.find("a.M");
    assert.equal(client.version, "v1alpha");
    assert.ok(asked.every((one) => one.startsWith("v1alpha ")));
  }));

test("says that a server has no reflection", () =>
  withServer([], sparse, async (client) => {
    await assert.rejects(
      client.listServices(),
      codeOf(Status.UNIMPLEMENTED, /neither grpc\.reflection\.v1 nor v1alpha/),
    );
  }));

const hostile: readonly {
  readonly name: string;
  readonly script: Script;
  readonly code: Status;
  readonly text: RegExp;
}[] = [
  {
    name: "files that import each other",
    script: () => ({ files: [fileOf({ name: "x", dependency: ["y"] }), fileOf({ name: "y", dependency: ["x"] })] }),
    code: Status.INTERNAL,
    text: /imports itself/,
  },
  {
    name: "a file that imports itself",
    script: () => ({ files: [fileOf({ name: "x", dependency: ["x"] })] }),
    code: Status.INTERNAL,
    text: /x imports itself/,
  },
  {
    name: "a missing import",
    script: (question) =>
      question.case === "fileByFilename"
        ? { error: Status.NOT_FOUND }
        : { files: [fileOf({ name: "x", dependency: ["y"] })] },
    code: Status.NOT_FOUND,
    text: /does not give y, which x imports/,
  },
  {
    name: "another file than the one that was asked for, for ever",
    script: (question) => ({
      files: [fileOf({ name: question.case === "fileByFilename" ? "z" : "x", dependency: ["y"] })],
    }),
    code: Status.INTERNAL,
    text: /asked for the file y and gave z/,
  },
  {
    name: "a chain of imports without end",
    script: (question) => {
      const name = question.case === "fileByFilename" ? question.value : "x";
      return { files: [fileOf({ name, dependency: [`${name}x`] })] };
    },
    code: Status.RESOURCE_EXHAUSTED,
    text: /more than filesMax = 20/,
  },
  {
    name: "more bytes than the limit",
    script: () => ({ files: [fileOf({ name: "x".repeat(6_000) }), fileOf({ name: "y".repeat(6_000) })] }),
    code: Status.RESOURCE_EXHAUSTED,
    text: /more than descriptorBytesMax = 10000|10000/,
  },
  {
    name: "a file that is much larger when it is decoded",
    script: () => ({ files: [Uint8Array.from({ length: 9_000 }, (_, i) => (i % 2 === 0 ? 0x22 : 0))] }),
    code: Status.RESOURCE_EXHAUSTED,
    text: /4500 parts of files, more than descriptorPartsMax = 1000/,
  },
  {
    name: "bytes that are no file",
    script: () => ({ files: [Uint8Array.of(255, 1)] }),
    code: Status.INTERNAL,
    text: /wrong/,
  },
  {
    name: "a type that is not there",
    script: () => ({
      files: [
        fileOf({
          name: "x",
          messageType: [{ name: "M", field: [{ name: "f", number: 1, type: 11, typeName: ".no.T" }] }] as never,
        }),
      ],
    }),
    code: Status.INTERNAL,
    text: /wrong/,
  },
  {
    name: "an answer to another question",
    script: () => ({ services: [] }),
    code: Status.INTERNAL,
    text: /answers .* with/,
  },
  {
    name: "a file without the name",
    script: () => ({ files: [fileOf({ name: "x" })] }),
    code: Status.NOT_FOUND,
    text: /declare/,
  },
];

test("what a server tells again and again counts once", () =>
  withServer(
    ["v1"],
    (question) =>
      question.case === "fileContainingSymbol" && question.value.startsWith("a.")
        ? { files: [bytesOf("a.proto"), bytesOf("b.proto")] }
        : { error: Status.NOT_FOUND },
    async (client) => {
      for (let i = 0; i < 50; i++) await assert.rejects(client.find(`a.No${i}`), codeOf(Status.NOT_FOUND, /declare/));
      assert.equal((await client.find("a.M")).kind, "message");
    },
    small,
  ));

const small = { limits: { filesMax: 20, descriptorBytesMax: 10_000, descriptorPartsMax: 1_000 } };

for (const { name, script, code, text } of hostile) {
  test(`a server cannot harm by ${name}`, () =>
    withServer(["v1"], script, (client) => assert.rejects(client.find("p.T"), codeOf(code, text)), small));
}

test("a server cannot harm by very many names", () =>
  withServer(
    ["v1"],
    () => ({ services: Array.from({ length: 30 }, (_, i) => `s${i}`) }),
    (client) => assert.rejects(client.listServices(), codeOf(Status.RESOURCE_EXHAUSTED, /30 services.*namesMax = 20/)),
    { limits: { namesMax: 20 } },
  ));
