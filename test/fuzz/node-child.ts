import { askNodeClient, askNodeServer } from "./node-ends.js";
import type { NodeQuestion } from "./node-peer.js";

// A process of its own: some bytes end Node's HTTP/2 with an assertion, and the process with it.
process.on("message", (question: NodeQuestion) => {
  const { number, role, requestCount, bytes } = question;
  const asked = role === "server" ? askNodeServer([bytes]) : askNodeClient(requestCount, [bytes]);
  asked.then(
    (outcome) => process.send?.({ number, outcome }),
    (error: unknown) => process.send?.({ number, error: String(error) }),
  );
});
process.on("disconnect", () => process.exit());
