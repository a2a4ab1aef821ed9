// The client: node dist/examples/hello/client.js [NAME] [TARGET]
import { Channel } from "peregrine";
import { HelloService } from "./gen/hello_pb.js";

/** Asks for one greeting; gives up after a second. */
export async function greet(target: string, name: string): Promise<void> {
  await using channel = new Channel(target);
  const hello = channel.client(HelloService);
  const reply = await hello.sayHello({ name }, { timeoutMs: 1_000 });
  console.log(`Greeting: ${reply.message}`);
}

if (process.argv[1] === import.meta.filename) {
  await greet(process.argv[3] ?? "127.0.0.1:50051", process.argv[2] ?? "Alice");
}
