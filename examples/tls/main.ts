// Mutual TLS with certificates made at start: npm run example tls
import { Channel, RpcError, Server } from "peregrine";
import { createTestCertificates } from "peregrine/testing";
import { Notes } from "./gen/notes_pb.js";

// In production these come from your own authority; never from this function.
const certificates = createTestCertificates();

const server = new Server();
const notes = new Map<string, string[]>();
server.add(Notes, {
  write(request, call) {
    const author = call.peer.subject ?? "nobody";
    const written = notes.get(author) ?? [];
    notes.set(author, [...written, request.text]);
    return { author, count: written.length + 1 };
  },
});
const address = await server.listen("127.0.0.1:0", {
  tls: { ...certificates.server, ca: certificates.ca, clientCertificate: "require" },
});
console.log(`Listening on ${address}; only clients with a certificate of our authority get in`);

{
  await using channel = new Channel(address, { tls: { ...certificates.client, ca: certificates.ca } });
  const client = channel.client(Notes);
  for (const text of ["buy milk", "call Bob"]) {
    const reply = await client.write({ text }, { timeoutMs: 5_000 });
    console.log(`${reply.author} has ${reply.count} note(s)`);
  }
}

{
  await using channel = new Channel(address, { tls: { ca: certificates.ca } });
  try {
    await channel.client(Notes).write({ text: "let me in" }, { timeoutMs: 5_000 });
  } catch (error) {
    if (error instanceof RpcError) console.log(`Without a certificate: ${error.codeName}`);
  }
}
await server.close();
