// The server: node dist/examples/hello/server.js [TARGET]
import { type ListenAddress, Server } from "peregrine";
import { HelloService } from "./gen/hello_pb.js";

/** Starts the service and returns the server and where it listens. */
export async function startServer(target: string): Promise<{ server: Server; address: ListenAddress }> {
  const server = new Server();
  server.add(HelloService, {
    sayHello: (request) => ({ message: `Hello, ${request.name}` }),
  });
  return { server, address: await server.listen(target) };
}

if (process.argv[1] === import.meta.filename) {
  const { server, address } = await startServer(process.argv[2] ?? "127.0.0.1:50051");
  console.log(`Listening on ${address}`);
  process.once("SIGINT", () => void server.close({ graceMs: 1_000 }));
}
