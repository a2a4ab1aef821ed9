import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, type Message, toBinary } from "@bufbuild/protobuf";
import { AnySchema, StringValueSchema } from "@bufbuild/protobuf/wkt";
import { detail, RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { loadProtoSync } from "../generate/load-proto.js";
import type { TlsServerOptions } from "../net/tls-options.js";
import { BadRequestSchema } from "../rpc/index.js";
import { Server } from "../server/server.js";
import { Health } from "../services/health.js";
import { reflection } from "../services/reflection.js";

/** What the server of these tests serves. */
export const shopProto = `// Where things are sold.
syntax = "proto3";
package shop.v1;
import "google/protobuf/any.proto";
import "google/protobuf/timestamp.proto";

// Takes orders.
service Orders {
  // Gives back what it gets.
  rpc Place(Order) returns (Order);
  rpc Split(Order) returns (stream Item); // one by one
  rpc Join(stream Item) returns (Order);
  rpc Talk(stream Item) returns (stream Item);
}

// What somebody buys.
message Order {
  reserved 9, 20 to max;
  reserved "old";
  // Given by the shop.
  string order_id = 1;
  repeated Item items = 2;
  map<string, int32> counts = 3;
  Kind kind = 4;
  oneof pay {
    string card = 5;
    int64 cash = 6;
  }
  google.protobuf.Timestamp at = 7;
  google.protobuf.Any more = 8;
  optional bool gift = 10 [deprecated = true];
}

message Item {
  string name = 1;
  int32 count = 2;
}

enum Kind {
  KIND_UNSPECIFIED = 0;
  KIND_FAST = 1;
}
`;

type Fields = Record<string, unknown>;

async function* split(order: unknown): AsyncGenerator<object> {
  yield* (order as Fields)["items"] as object[];
}

async function join1(items: AsyncIterable<unknown>): Promise<object> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return { items: all };
}

async function* talk(items: AsyncIterable<unknown>): AsyncGenerator<object> {
  for await (const item of items) {
    const { name } = item as Fields;
    if (name === "stop") return;
    yield { name: `${name}!` };
  }
}

/** A request whose id says so fails. */
function place(request: unknown, call: { responseHeaders: { set(name: string, value: string): void } }): object {
  const order = request as Fields;
  call.responseHeaders.set("shop", "open");
  if (order["orderId"] === "any") {
    const value = toBinary(StringValueSchema, create(StringValueSchema, { value: "x" }));
    return { more: create(AnySchema, { typeUrl: "type.googleapis.com/nobody.Knows", value }) };
  }
  if (order["orderId"] !== "bad") return order as Message;
  throw new RpcError(Status.FAILED_PRECONDITION, "the shop is closed", {
    details: [detail(BadRequestSchema, { fieldViolations: [{ field: "order_id", description: "is bad" }] })],
  });
}

/** A server of `shopProto`, and the file it was made of. */
export interface ShopServer {
  readonly host: string;
  readonly protoPath: string;
  readonly dir: string;
  readonly health: Health;
  close(): Promise<void>;
}

export async function startShop(options: { reflection?: boolean; tls?: TlsServerOptions } = {}): Promise<ShopServer> {
  const dir = mkdtempSync(join(tmpdir(), "peregrine-call-"));
  const protoPath = join(dir, "shop.proto");
  writeFileSync(protoPath, shopProto);
  const service = loadProtoSync(protoPath).service("shop.v1.Orders");
  const server = new Server();
  server.add(service, { place, split, join: join1, talk } as never);
  const health = new Health();
  server.add(health);
  if (options.reflection !== false) server.add(reflection());
  const host = String(await server.listen("127.0.0.1:0", options.tls === undefined ? {} : { tls: options.tls }));
  return {
    host,
    protoPath,
    dir,
    health,
    async close() {
      await server.close({ graceMs: 0 });
      rmSync(dir, { recursive: true });
    },
  };
}
