import { type AddressInfo, createServer } from "node:net";
import { serve } from "../child.js";

/** Bare sockets that are read: what every server on Node pays at least. */
const server = createServer({ noDelay: true }, (socket) => {
  socket.on("error", ignore);
  socket.on("data", ignore);
  // Tells the other side that the connection is not only in the kernel's queue.
  socket.write("!");
});

function ignore(): void {}

serve({
  listen: () =>
    new Promise((resolve) => {
      server.listen(0, "127.0.0.1", 1_024, () => resolve((server.address() as AddressInfo).port));
    }),
});
