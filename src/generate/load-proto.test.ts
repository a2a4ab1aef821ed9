import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { create, type DescService, fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import type { Channel } from "../client/channel.js";
import type { DynamicMessage, DynamicService } from "../codec/dynamic.js";
import { protobufEsCodecs } from "../codec/protobuf-es-codec.js";
import { InputError } from "../proto/input-error.js";
import type { ServiceImpl } from "../server/service-impl.js";
import { type LoadedProto, loadProto, loadProtoSync, ProtoError } from "./load-proto.js";

const root = mkdtempSync(join(tmpdir(), "peregrine-load-"));
after(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): string {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

const greet = put(
  "protos/greet.proto",
  `syntax = "proto3";
package greet;
import "shared/person.proto";
import "google/protobuf/timestamp.proto";
service Greeter {
  rpc SayHello(HelloRequest) returns (HelloReply);
  rpc Chat(stream HelloRequest) returns (stream HelloReply);
}
message HelloRequest { string first_name = 1; shared.Person person = 2; google.protobuf.Timestamp at = 3; }
message HelloReply { string message = 1; }
enum Mood { MOOD_UNSPECIFIED = 0; MOOD_GOOD = 1; }`,
);
put(
  "protos/shared/person.proto",
  `syntax = "proto3";
package shared;
message Person { string name = 1; message HelloReply {} }
message HelloRequest {}
service Registry {}`,
);

describe("loadProto", () => {
  const loaded: LoadedProto = loadProtoSync(greet);

  it("gives services by their full and by their short name", async () => {
    const service = loaded.service("greet.Greeter");
    assert.equal(service.typeName, "greet.Greeter");
    assert.equal(loaded.service("Greeter"), service);
    assert.deepEqual(Object.keys(service.method), ["sayHello", "chat"]);
    assert.equal(service.method["chat"]?.methodKind, "bidi_streaming");
    assert.deepEqual(loaded.services, [service]);
    assert.deepEqual((await loadProto(greet)).service("Greeter").typeName, "greet.Greeter");
  });

  it("checks the shapes that the program expects", () => {
    assert.equal(loaded.service("Greeter", { sayHello: "unary", chat: "bidi_streaming" }).name, "Greeter");
    assert.throws(() => loaded.service("Greeter", { chat: "unary" }), {
      message: "the method greet.Greeter.Chat is bidi_streaming, not unary",
    });
    assert.throws(() => loaded.service("Greeter", { SayHello: "unary" }), {
      message: 'the service greet.Greeter has no method "SayHello": there is sayHello, chat',
    });
    assert.throws(() => loaded.service("Greeter", { constructor: "unary" }), /has no method "constructor"/);
  });

  it("gives messages and enums that protobuf-es takes", () => {
    const schema = loaded.message("greet.HelloRequest");
    const message = create(schema, { firstName: "Alice", person: { name: "A" } });
    assert.deepEqual(fromBinary(schema, toBinary(schema, message)), message);
    assert.deepEqual(toJson(schema, message), { firstName: "Alice", person: { name: "A" } });
    assert.deepEqual(protobufEsCodecs()(schema).encode({ firstName: "x" }, 0), Uint8Array.from([10, 1, 120]));
    assert.equal(loaded.enum("Mood").value[1]?.localName, "GOOD");
  });

  it("finds imported types too, loaded files first, and has a registry of all", () => {
    assert.equal(loaded.message("HelloRequest").typeName, "greet.HelloRequest");
    assert.equal(loaded.message("shared.HelloRequest").typeName, "shared.HelloRequest");
    assert.equal(loaded.message("Person").typeName, "shared.Person");
    assert.equal(loaded.service("Registry").typeName, "shared.Registry");
    assert.equal(loaded.registry.getMessage("google.protobuf.Timestamp")?.name, "Timestamp");
    assert.deepEqual(
      loaded.files.map((file) => file.proto.name),
      ["greet.proto"],
    );
  });

  it("takes directories and include directories", () => {
    const all = loadProtoSync(join(root, "protos"));
    assert.deepEqual(
      all.services.map((service) => service.typeName),
      ["greet.Greeter", "shared.Registry"],
    );
    assert.throws(() => all.message("HelloRequest"), {
      message: 'message "HelloRequest" is not clear: greet.HelloRequest, shared.HelloRequest',
    });
    const one = loadProtoSync([join(root, "protos/shared/person.proto")], { includeDirs: [join(root, "protos")] });
    assert.equal(one.files[0]?.proto.name, "shared/person.proto");
  });

  it("lists what there is when a name is wrong", () => {
    assert.throws(() => loaded.service("greet.Greter"), {
      message: 'there is no service "greet.Greter" in greet.proto: there is greet.Greeter',
    });
    assert.throws(() => loaded.service("HelloRequest"), /there is no service "HelloRequest"/);
    assert.throws(
      () => loaded.message("eter"),
      /there is no message "eter" in greet\.proto: there is greet\.HelloReply, greet\.HelloRequest/,
    );
    assert.throws(
      () => loadProtoSync(join(root, "protos/shared/person.proto")).enum("X"),
      /there is no enum "X" .*: there is none at all/,
    );
  });

  it("throws a ProtoError with all that is wrong, each with its place", () => {
    const path = put("bad.proto", 'syntax = "proto3";\nmessage A {\n  Missing b = 1;\n  int32 c = 1;\n}\n');
    assert.throws(
      () => loadProtoSync(path),
      (error: unknown) => {
        assert.ok(error instanceof ProtoError);
        assert.equal(error.name, "ProtoError");
        assert.ok(error.diagnostics.length >= 2);
        assert.equal(error.diagnostics[0]?.line, 3);
        assert.match(error.message, /bad\.proto:3:3: error: .*Missing/);
        assert.match(error.message, /\n {2} {2}Missing b = 1;\n {4}\^/);
        return true;
      },
    );
  });

  it("rejects rather than throws when it is not sync", async () => {
    await assert.rejects(loadProto(join(root, "no.proto")), InputError);
  });

  it("finds imports in the modules of a buf.yaml and in installed packages", () => {
    put("project/buf.yaml", "version: v2\nmodules: [{path: one}, {path: two}]\n");
    const path = put(
      "project/one/api/user.proto",
      `syntax = "proto3"; package user; import "team.proto"; import "@scope/pkg/x.proto";
       message User { team.Team team = 1; x.X x = 2; }`,
    );
    put("project/two/team.proto", 'syntax = "proto3"; package team; message Team {}');
    put("project/node_modules/@scope/pkg/x.proto", 'syntax = "proto3"; package x; message X {}');
    const user = loadProtoSync(path);
    assert.deepEqual(
      user.files.map((file) => file.proto.name),
      ["api/user.proto"],
    );
    assert.deepEqual(
      user.message("User").fields.map((field) => field.message?.typeName),
      ["team.Team", "x.X"],
    );
    put("project/buf.yaml", "version: v7\n");
    assert.throws(() => loadProtoSync(path), /^InputError: .*buf\.yaml: the version is "v7": set it to one of/);
  });

  it("says which directories were searched for an import", () => {
    const path = put("alone/a.proto", 'syntax = "proto3";\nimport "nope/b.proto";\n');
    const searched = new RegExp(`Import "nope/b\\.proto" was not found\\. Searched in ${join(root, "alone")}`);
    assert.throws(() => loadProtoSync(path), searched);
  });
});

/** Checked by the compiler alone: handlers of a loaded service need no casts, and wrong ones do not compile. */
export function typesOfHandlers(service: DynamicService): void {
  const described: DescService = service;
  const impl: ServiceImpl<DynamicService> = {
    sayHello: (request) => ({ message: `Hello, ${request["firstName"]}` }),
    later: async (request, call) => ({ message: `${request.$typeName} ${call.deadline}` }),
    async *chat(requests) {
      for await (const request of requests) yield { message: request["firstName"] };
    },
    // @ts-expect-error a message is an object
    wrong: () => 5,
  };
  void [described, impl];
}

/** As above, for a service whose shapes were named. */
export async function typesOfShapes(loaded: LoadedProto, channel: Channel): Promise<void> {
  const service = loaded.service("greet.Greeter", { sayHello: "unary", chat: "bidi_streaming" });
  const described: DescService = service;
  const impl: ServiceImpl<typeof service> = {
    sayHello: (request) => ({ message: `Hello, ${request["firstName"]}` }),
    async *chat(requests) {
      for await (const request of requests) yield { message: request["firstName"] };
    },
  };
  // @ts-expect-error a method is missing
  const missing: ServiceImpl<typeof service> = { sayHello: () => ({}) };
  const client = channel.client(service);
  const reply: DynamicMessage = await client.sayHello({ firstName: "Alice" });
  for await (const message of client.chat([{ firstName: "Alice" }])) void message["message"];
  // @ts-expect-error there is no such method
  void client.sayHelo;
  // @ts-expect-error one reply cannot be iterated
  for await (const message of client.sayHello({})) void message;
  void [described, impl, missing, reply];
}

/** As above, for clients whose shapes nobody named, and for messages. */
export async function typesOfClients(loaded: LoadedProto, channel: Channel): Promise<void> {
  const client = channel.client(loaded.service("greet.Greeter"));
  const reply: DynamicMessage | undefined = await client["sayHello"]?.({ firstName: "Alice" });
  for await (const message of client["chat"]?.([{ firstName: "Alice" }]) ?? []) void message["message"];
  const message: DynamicMessage = create(loaded.message("X"), { a: 1 });
  const value: unknown = message["a"];
  // @ts-expect-error what a field holds is not known
  const text: string = message["a"];
  void [reply, value, text];
}
