import {
  create,
  type DescFile,
  type FileRegistry,
  fromJsonString,
  type MessageInitShape,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";
import { AnySchema, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { Metadata } from "../base/metadata.js";
import { detail, RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { compile } from "../proto/compile.js";
import { registryOf } from "../proto/registry.js";
import { BadRequestSchema } from "../rpc/index.js";
import { Server } from "../server/server.js";
import { Health } from "../services/grpc/health/v1/health_pb.js";
import { ServerReflection, type ServerReflectionResponseSchema } from "../services/grpc/reflection/v1/reflection_pb.js";

/** Orders to a terminal, of each kind: control sequences of both sets, single control characters, bidirectional overrides and isolates. */
export const orders = "\u001b[2J\u001b]0;title\u0007\u009b31m\u007f\r\b\0\u202eabc\u2066";

/** The file of the service; {@link orders} come for ORDERS, in each place where a file can have text of any kind, and a new line for LINE. */
const file = `// ORDERS syntax
syntax = "proto2";
package evil.v1;
import "google/protobuf/any.proto";
import "google/protobuf/descriptor.proto";
option java_package = "ORDERS";
extend google.protobuf.FieldOptions { optional Rule rule = 50000; }
// ORDERS service
// ORDERS second line
service Evil { // ORDERS trailing
  // ORDERS detached

  // ORDERS method
  rpc Do(Note) returns (Note);
}
message Rule { optional string text = 1; }
message Note {
  optional string text = 1 [default = "ORDERS", json_name = "ORDERS", (rule) = { text: "ORDERS" }];
  optional google.protobuf.Any more = 2;
  optional bytes raw = 3 [default = "ORDERSLINE"];
  reserved "ORDERS";
}
`;

type Answer = NonNullable<MessageInitShape<typeof ServerReflectionResponseSchema>["messageResponse"]>;

/** A server that puts {@link orders} into all that it can say. */
export interface HostileServer {
  readonly host: string;
  close(): Promise<void>;
}

/** @param names more services that reflection tells of */
export async function startHostile(names: readonly string[] = []): Promise<HostileServer> {
  const { files } = compile(["evil.proto"], {
    read: (path) => (path === "evil.proto" ? { text: file, displayPath: path } : undefined),
  });
  const registry = registryOf(files);
  const server = new Server();
  const service = (registry.getFile("evil.proto") as DescFile).services[0];
  server.add(service as never, { do: answer } as never);
  server.add(Health, { check: fail, list: fail, watch: fail } as never);
  server.add(ServerReflection, {
    async *serverReflectionInfo(requests) {
      for await (const { messageRequest } of requests)
        yield { messageResponse: reflect(messageRequest, registry, names) };
    },
  });
  const host = `${await server.listen("127.0.0.1:0")}`;
  return { host, close: () => server.close({ graceMs: 0 }) };
}

interface CallContext {
  readonly responseHeaders: Metadata;
  readonly responseTrailers: Metadata;
}

/** A request fails, but one with the text `a`. */
function answer(request: { readonly text: string }, call: CallContext): object {
  // Our server sends no such values; others do.
  for (const metadata of [call.responseHeaders, call.responseTrailers]) {
    (metadata.wirePairs() as string[]).push("evil", "a\u001b[2J\u0007\u007f\u009b31m");
  }
  if (request.text !== "a") return fail();
  return { text: orders, more: create(AnySchema, { typeUrl: "type.googleapis.com/nobody.\u001b[2J \u009bKnows" }) };
}

function fail(): never {
  throw new RpcError(Status.NOT_FOUND, `no${orders}`, {
    details: [detail(BadRequestSchema, { fieldViolations: [{ field: orders, description: orders }] })],
  });
}

function reflect(
  question: { readonly case?: string | undefined; readonly value?: unknown },
  registry: FileRegistry,
  names: readonly string[],
): Answer {
  if (question.case === "listServices") {
    return { case: "listServicesResponse", value: { service: ["evil.v1.Evil", ...names].map((name) => ({ name })) } };
  }
  const name = String(question.value);
  const found =
    registry.getFile(name) ?? (/^evil\.v1\.(Evil|Note)/.test(name) ? registry.getFile("evil.proto") : undefined);
  if (found === undefined) {
    return {
      case: "errorResponse",
      value: { errorCode: name === "evil.v1.Gone" ? 13 : 5, errorMessage: `no${orders}` },
    };
  }
  const written = toJsonString(FileDescriptorProtoSchema, {
    ...found.proto,
    // A name with a line feed, where names of services have some.
    name: names.length > 0 && found.proto.name === "evil.proto" ? "evil\nforged.proto" : found.proto.name,
  });
  const text = written.replaceAll("ORDERS", JSON.stringify(orders).slice(1, -1)).replaceAll("LINE", "\\nforged");
  const bytes = toBinary(FileDescriptorProtoSchema, fromJsonString(FileDescriptorProtoSchema, text));
  return { case: "fileDescriptorResponse", value: { fileDescriptorProto: [bytes] } };
}
