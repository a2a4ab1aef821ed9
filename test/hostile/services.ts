import { setTimeout as sleep } from "node:timers/promises";
import type { Interceptor, Server, ServerContext } from "peregrine";
import { createRegistry, fromJsonString, type MessageInitShape, toJsonString } from "peregrine/protobuf";
import { AnySchema, StructSchema, ValueSchema } from "peregrine/protobuf/wkt";
import { Hostile, type Nested, NestedSchema, type StayRequest, type Taken, TakenSchema } from "../gen/hostile_pb.js";
import { addEcho } from "../peers/echo-service.js";

type TakenInit = MessageInitShape<typeof TakenSchema>;

const registry = createRegistry(NestedSchema, AnySchema, StructSchema, ValueSchema);

/** How many handlers run, ran at once, and were begun. */
export class HandlerCount {
  running = 0;
  most = 0;
  begun = 0;

  /** Counts the handlers behind it. */
  readonly interceptor: Interceptor = (next) => async (request) => {
    this.enter();
    try {
      return await next(request);
    } finally {
      this.running--;
    }
  };

  enter(): void {
    this.begun++;
    this.running++;
    this.most = Math.max(this.most, this.running);
  }
}

/** What victims serve: Echo, and the service of `test/protos/hostile.proto`. */
export function addServices(server: Server): void {
  addEcho(server);
  server.add(Hostile, { take, stay, ignore, drop: () => ({}), drain, pour: () => [] });
}

function take(request: Nested): TakenInit {
  if (request.text.startsWith("{")) fromJsonString(NestedSchema, request.text, { registry });
  return { jsonLength: toJsonString(NestedSchema, request, { registry }).length, labels: Object.keys(request.labels) };
}

/** What a user does with what came: writes it down. */
export function toTakenJson(taken: Taken): string {
  return toJsonString(TakenSchema, taken, { registry });
}

async function drain(requests: AsyncIterable<Nested>): Promise<TakenInit> {
  let jsonLength = 0;
  for await (const _ of requests) jsonLength++;
  return { jsonLength };
}

async function stay({ milliseconds }: StayRequest): Promise<TakenInit> {
  await sleep(milliseconds);
  return {};
}

async function ignore(_requests: AsyncIterable<Nested>, call: ServerContext): Promise<TakenInit> {
  await new Promise((resolve) => call.signal.addEventListener("abort", resolve, { once: true }));
  return {};
}
