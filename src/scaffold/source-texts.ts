/** The code of a new project. It is compiled and run by a test, as what users begin with must work. */
export function serverText(pkg: string): string {
  return `import { RpcError, type Server, Status } from "peregrine";
import { health, reflection } from "peregrine/services";
import { GreeterService } from "./gen/${pkg}/v1/greeter_pb.js";

const countMax = 100;

/** Adds the services: to the server of the program, or to one of a test. */
export function addServices(server: Server): Server {
  server.add(GreeterService, {
    sayHello: ({ name }) => ({ message: \`Hello, \${checkName(name)}\` }),
    async *sayHelloOften({ name, count }) {
      if (count > countMax) throw new RpcError(Status.INVALID_ARGUMENT, \`count must be at most \${countMax}, not \${count}\`);
      for (let i = 1; i <= count; i++) yield { message: \`Hello, \${checkName(name)}, for the \${i}. time\` };
    },
  });
  return server.add(health(), reflection());
}

function checkName(name: string): string {
  if (name.trim() === "") throw new RpcError(Status.INVALID_ARGUMENT, "name must not be empty");
  return name;
}
`;
}

export const mainText = `import { readFileSync } from "node:fs";
import { Server } from "peregrine";
import { addServices } from "./server.js";

const { LISTEN = "127.0.0.1:50051", TLS_CERT, TLS_KEY } = process.env;
const tls =
  TLS_CERT === undefined || TLS_KEY === undefined
    ? undefined
    : { cert: readFileSync(TLS_CERT), key: readFileSync(TLS_KEY) };

const server = addServices(new Server());
console.log(\`Listening on \${await server.listen(LISTEN, tls === undefined ? {} : { tls })}\`);

// Takes no new calls, lets those that run end, and cuts what is left after 10 s.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void server.close({ graceMs: 10_000 }).then(() => process.exit()));
}
`;

export function greetingsText(pkg: string): string {
  return `import type { Client } from "peregrine";
import type { GreeterService } from "./gen/${pkg}/v1/greeter_pb.js";

const timeoutMs = 2_000;

/** One greeting, then three more as they come. */
export async function* greetings(greeter: Client<typeof GreeterService>, name: string): AsyncGenerator<string> {
  const { message } = await greeter.sayHello({ name }, { timeoutMs });
  yield message;
  for await (const reply of greeter.sayHelloOften({ name, count: 3 }, { timeoutMs })) yield reply.message;
}
`;
}

export function clientText(pkg: string): string {
  return `import { Channel } from "peregrine";
import { GreeterService } from "./gen/${pkg}/v1/greeter_pb.js";
import { greetings } from "./greetings.js";

const [name = "World", target = "127.0.0.1:50051"] = process.argv.slice(2);

await using channel = new Channel(target);
for await (const greeting of greetings(channel.client(GreeterService), name)) console.log(greeting);
`;
}

/** Of the service: client and server meet in memory. */
export function serverTestText(pkg: string): string {
  return `import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Client, Status } from "peregrine";
import { type InMemory, startInMemory } from "peregrine/testing";
import { GreeterService } from "./gen/${pkg}/v1/greeter_pb.js";
import { addServices } from "./server.js";

let memory: InMemory;
let greeter: Client<typeof GreeterService>;

before(async () => {
  memory = await startInMemory(addServices);
  greeter = memory.client(GreeterService);
});
after(() => memory.close());

test("greets by name", async () => {
  const { message } = await greeter.sayHello({ name: "Alice" });
  assert.equal(message, "Hello, Alice");
});

test("greets as often as asked for", async () => {
  const messages: string[] = [];
  for await (const { message } of greeter.sayHelloOften({ name: "Bob", count: 2 })) messages.push(message);
  assert.deepEqual(messages, ["Hello, Bob, for the 1. time", "Hello, Bob, for the 2. time"]);
});

test("refuses what it cannot do", async () => {
  await assert.rejects(greeter.sayHello({ name: "" }), { code: Status.INVALID_ARGUMENT });
  await assert.rejects(async () => {
    for await (const _ of greeter.sayHelloOften({ name: "Bob", count: 101 })) assert.fail("nothing was to come");
  }, { code: Status.INVALID_ARGUMENT });
});
`;
}

/** Of code that calls the service: a stub stands in for it. */
export function greetingsTestText(pkg: string): string {
  return `import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Status } from "peregrine";
import { type Stub, startStub } from "peregrine/testing";
import { GreeterService } from "./gen/${pkg}/v1/greeter_pb.js";
import { greetings } from "./greetings.js";

let greeter: Stub<typeof GreeterService>;

before(async () => {
  greeter = await startStub(GreeterService);
});
after(() => greeter.close());

async function all(name: string): Promise<string[]> {
  const found: string[] = [];
  for await (const greeting of greetings(greeter.client, name)) found.push(greeting);
  return found;
}

test("gives one greeting, then those of the stream", async () => {
  greeter.reply("sayHello", { message: "Hi" }).reply("sayHelloOften", [{ message: "Ho" }, { message: "Hey" }]);
  assert.deepEqual(await all("Ann"), ["Hi", "Ho", "Hey"]);
  assert.equal(greeter.calls("sayHelloOften")[0]?.requests[0]?.count, 3);
});

test("fails as the service does", async () => {
  greeter.fail("sayHello", Status.UNAVAILABLE);
  await assert.rejects(all("Ann"), { code: Status.UNAVAILABLE });
});
`;
}
