import { Server, type ServerListenOptions, type ServerOptions } from "peregrine";
import { addEcho } from "./echo-service.js";

/** A server of ours with the Echo service, on a free port. */
export async function startOurEcho(
  options: ServerOptions = {},
  listen: ServerListenOptions = {},
  target: string = "127.0.0.1:0",
): Promise<{ server: Server; address: string }> {
  const server = new Server(options);
  addEcho(server);
  return { server, address: `${await server.listen(target, listen)}` };
}
