import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { maxDecodedBytesFor } from "../../src/codec/decode-bounds.js";
import { depthMax, varintBytesMax } from "../../src/codec/limits.js";
import { clientLimits, serverLimits } from "../../src/http2/limits.js";
import { prepareOptions } from "../../src/http2/options.js";
import { messageBytesMaxDefault } from "../../src/message/limits.js";
import { SystemClock } from "../../src/net/system-clock.js";
import { root } from "../../tools/files.js";

const security = readFileSync(join(root, "SECURITY.md"), "utf8");
const limitsPage = readFileSync(join(root, "docs/limits.md"), "utf8");

/** As the documents write numbers: groups of three digits. */
function written(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, " ");
}

function defaultOf(name: keyof typeof serverLimits): string {
  const server = serverLimits[name];
  const client = clientLimits[name];
  return written(server) + (client === server ? "" : ` (client: ${written(client)})`);
}

describe("SECURITY.md", () => {
  it("has the limits of the code with their defaults, and no others", () => {
    const wanted = new Map<string, string>(
      (Object.keys(serverLimits) as (keyof typeof serverLimits)[]).map((name) => [name, defaultOf(name)]),
    );
    wanted.set("receiveMessageBytesMax", written(messageBytesMaxDefault));
    wanted.set("maxDecodedBytes", written(maxDecodedBytesFor(messageBytesMaxDefault)));
    const found = [...security.matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(([, name, value]) => [name, value]);
    assert.deepEqual(Object.fromEntries(found), Object.fromEntries(wanted));
  });

  it("names the bounds of decoding as they are", () => {
    assert.match(security, new RegExp(`${depthMax} levels of messages, groups`));
    assert.match(security, new RegExp(`varints of ${varintBytesMax} bytes`));
  });
});

describe("docs/limits.md", () => {
  it("tells of each limit of a connection", () => {
    const named = new Set([...limitsPage.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    const missing = Object.keys(serverLimits).filter((name) => !named.has(name));
    assert.deepEqual(missing, []);
  });

  it("adds up what a server can be made to hold, from the defaults of the code", () => {
    const kibibyte = 1_024;
    const inMebibytes = (bytes: number): number => Math.round(bytes / kibibyte / kibibyte);
    const limits = serverLimits;
    const connectionBytes = 32 * kibibyte + 22 * kibibyte + 1.2 * limits.headerBlockBytesMax + 2 * 6 * kibibyte;
    const connections = limits.maxConnections * connectionBytes;
    const handshakes = 1_000 * 58 * kibibyte;
    const calls = limits.maxTotalCalls * 4 * kibibyte;
    const { maxTotalHeaderBytes, maxTotalHeldMessageBytes, maxTotalSendBufferBytes } = limits;
    const all =
      connections + handshakes + calls + maxTotalHeaderBytes + maxTotalHeldMessageBytes + maxTotalSendBufferBytes;
    const text = limitsPage.replaceAll("\n", " ");
    const told =
      `With the defaults: ${inMebibytes(connections)} MiB for connections, ${inMebibytes(handshakes)} MiB for handshakes, ` +
      `${inMebibytes(calls)} MiB and ${inMebibytes(maxTotalHeaderBytes)} MiB for calls, ` +
      `${inMebibytes(maxTotalHeldMessageBytes)} MiB received, ${inMebibytes(maxTotalSendBufferBytes)} MiB to be sent: ` +
      `**${written(inMebibytes(all))} MiB** in all`;
    assert.ok(text.includes(told), told);
    const prepared = prepareOptions({ clock: new SystemClock(), random: Math.random }, "server");
    assert.equal(prepared.frameBytesMax, 16 * kibibyte);
    assert.equal(prepared.headerTableBytes, 4 * kibibyte);
    assert.equal(prepared.encoderTableBytes, 4 * kibibyte);
  });

  it("gives plain numbers as they are in the code", () => {
    for (const name of ["continuationFramesMax", "resetBurst", "queuedAcksMax", "emptyDataFramesMax"] as const) {
      const row = limitsPage.split("\n").find((line) => line.includes(`\`${name}\``));
      assert.ok(row?.includes(`| ${written(serverLimits[name])}`), `${name}: ${row}`);
    }
  });
});
