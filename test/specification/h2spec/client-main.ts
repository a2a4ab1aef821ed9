import { readFileSync } from "node:fs";
import { startHelloClient } from "../http2/our-client.testing.js";

// The client that h2specd starts for each of its cases: `client-main.js [CA-FILE] http://127.0.0.1:PORT/`. It sends one request
// and stays until its connection is over; what the cases look at is on the wire.

const [caFile, url = caFile] = process.argv.slice(2);
if (caFile === undefined || url === undefined) throw new Error("usage: client-main.js [CA-FILE] URL");
const { port, protocol } = new URL(url);
await startHelloClient(Number(port), protocol === "https:" ? { ca: readFileSync(caFile, "utf8") } : undefined).closed;
