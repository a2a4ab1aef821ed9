// The main job, step by step: a .proto file becomes a typed service, and is called in all four ways.
// npm start
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Channel, Server } from "peregrine";
import { createTestCertificates } from "peregrine/testing";
import { callAllFourWays } from "./calls.js";
import { Library } from "./gen/library_pb.js";
import { library } from "./service.js";

console.log("1. Compile library.proto and generate TypeScript from it");
const out = mkdtempSync(join(tmpdir(), "peregrine-"));
const proto = join("examples", "main-job", "library.proto");
const summary = execFileSync(process.execPath, ["bin/peregrine.js", "generate", proto, "--out", out], {
  encoding: "utf8",
});
console.log(indent(summary.trim().replace(out, "a temporary folder")));
const generated = readFileSync(join(out, "library_pb.ts"), "utf8");
const exported = [...generated.matchAll(/^export (?:declare )?(?:type|const) (\w+)/gm)].map(([, name]) => name);
console.log(indent(`library_pb.ts exports ${exported.join(", ")}`));
rmSync(out, { recursive: true });

console.log("2. Start a server, in plaintext and over TLS");
const certificates = createTestCertificates();
const server = new Server();
server.add(Library, library);
const plain = await server.listen("127.0.0.1:0");
const secure = await server.listen("127.0.0.1:0", { tls: certificates.server });
console.log(indent(`${plain} (plaintext)\n${secure} (TLS)`));

console.log("3. Call it in all four ways, in plaintext");
await using channel = new Channel(plain);
await callAllFourWays(channel, (line) => console.log(indent(line)));

console.log("4. The same over TLS");
await using secureChannel = new Channel(secure, { tls: { ca: certificates.ca } });
await callAllFourWays(secureChannel, (line) => console.log(indent(line)));

console.log("5. Close: calls that run may end, then all is shut");
await channel.close();
await secureChannel.close();
await server.close();
console.log(indent("done"));

function indent(text: string): string {
  return text.replace(/^/gm, "   ");
}
