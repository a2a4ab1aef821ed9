import { Server } from "peregrine";
import { addEcho } from "../../../test/peers/echo-service.js";
import { serve } from "../child.js";

const server = new Server({
  // Many clients' worth of resets come over one connection.
  limits: { resetBurst: 1e9 },
  // Connections are to come and go as well.
  connection: { ageMsMax: 5_000 },
  // What handlers throw when they are cancelled.
  onError: () => {},
});
addEcho(server);

serve({
  listen: async () => {
    const { port } = await server.listen("127.0.0.1:0");
    return port;
  },
});
