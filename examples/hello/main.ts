// Server and client in one process: npm run example hello [NAME]
import { greet } from "./client.js";
import { startServer } from "./server.js";

const { server, address } = await startServer("127.0.0.1:0");
await greet(`${address}`, process.argv[2] ?? "Alice");
await server.close();
