/** The code of a new project. It is compiled and run by a test, as what users begin with must work. */
export function serverText(pkg: string): string {
  return `import { RpcError, Server, Status } from "peregrine";
import { health, reflection } from "peregrine/services";
import { GreeterService } from "./gen/${pkg}/v1/greeter_pb.js";

const countMax = 100;

/** The service, not listening yet: tests and the program choose where. */
export function makeServer(): Server {
  const server = new Server();
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
import { makeServer } from "./server.js";

const { LISTEN = "127.0.0.1:50051", TLS_CERT, TLS_KEY } = process.env;
const tls =
  TLS_CERT === undefined || TLS_KEY === undefined
    ? undefined
    : { cert: readFileSync(TLS_CERT), key: readFileSync(TLS_KEY) };

const server = makeServer();
console.log(\`Listening on \${await server.listen(LISTEN, tls === undefined ? {} : { tls })}\`);

// Takes no new calls, lets those that run end, and cuts what is left after 10 s.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void server.close({ graceMs: 10_000 }));
}
`;

export function clientText(pkg: string): string {
  return `import { Channel } from "peregrine";
import { GreeterService } from "./gen/${pkg}/v1/greeter_pb.js";

const [name = "World", target = "127.0.0.1:50051"] = process.argv.slice(2);

await using channel = new Channel(target);
const greeter = channel.client(GreeterService);
const reply = await greeter.sayHello({ name }, { timeoutMs: 2_000 });
console.log(reply.message);
for await (const { message } of greeter.sayHelloOften({ name, count: 3 }, { timeoutMs: 2_000 })) console.log(message);
`;
}

export function testText(pkg: string): string {
  return `import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Channel, RpcError, type Server, Status } from "peregrine";
import { GreeterService } from "./gen/${pkg}/v1/greeter_pb.js";
import { makeServer } from "./server.js";

let server: Server;
let channel: Channel;

before(async () => {
  server = makeServer();
  channel = new Channel(await server.listen("127.0.0.1:0"));
});
after(async () => {
  await channel.close();
  await server.close();
});

test("greets by name", async () => {
  const { message } = await channel.client(GreeterService).sayHello({ name: "Alice" });
  assert.equal(message, "Hello, Alice");
});

test("greets as often as asked for", async () => {
  const messages: string[] = [];
  const replies = channel.client(GreeterService).sayHelloOften({ name: "Bob", count: 2 });
  for await (const { message } of replies) messages.push(message);
  assert.deepEqual(messages, ["Hello, Bob, for the 1. time", "Hello, Bob, for the 2. time"]);
});

test("refuses what it cannot do", async () => {
  const isInvalid = (error: unknown): boolean => error instanceof RpcError && error.code === Status.INVALID_ARGUMENT;
  await assert.rejects(channel.client(GreeterService).sayHello({ name: "" }), isInvalid);
});

test("is the service of its package", () => {
  assert.equal(GreeterService.typeName, "${pkg}.v1.GreeterService");
});
`;
}
