// A service loaded from its .proto at run time, with no generated code: npm run example greeter [NAME]
import { join } from "node:path";
import { Channel, Server } from "peregrine";
import { loadProto } from "peregrine/proto";

// The compiled example runs from dist/, its .proto file stays beside the source.
const folder = join(process.cwd(), "examples", "greeter");
const greet = await loadProto("greet.proto", { includeDirs: [folder] });
// Naming the methods that are used lets the compiler check the calls.
const Greeter = greet.service("greet.Greeter", { sayHello: "unary" });

const server = new Server();
server.add(Greeter, {
  sayHello: (request) => ({ message: `Hello, ${String(request["name"])}` }),
});
const address = await server.listen("127.0.0.1:0");

{
  await using channel = new Channel(address);
  const greeter = channel.client(Greeter);
  const reply = await greeter.sayHello({ name: process.argv[2] ?? "Alice" }, { timeoutMs: 1_000 });
  console.log(`Greeting: ${String(reply["message"])}`);
}
await server.close();
