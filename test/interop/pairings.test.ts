import assert from "node:assert/strict";
import { test } from "node:test";
import { choosePairings, runCases } from "./pairings.js";
import type { Peer } from "./peers/peer.js";

test("a peer that hangs in each case fails by name, without the time of all its cases", async () => {
  let nowMs = 0;
  const ran: string[] = [];
  const hang = async (name: string): Promise<string> => {
    ran.push(name);
    nowMs += 70_000;
    return "hung";
  };
  const failures: (string | undefined)[] = [];
  for await (const [, failure] of runCases(["one", "two", "three", "four"], hang, () => nowMs)) failures.push(failure);
  assert.deepEqual(ran, ["one", "two"]);
  assert.deepEqual(failures.slice(0, 2), ["hung", "hung"]);
  for (const failure of failures.slice(2)) assert.match(failure ?? "", /^not run/);
  assert.equal(failures.length, 4);
});

function peer(name: string, isProxy = false): Peer {
  const client = { cases: [], run: async () => undefined };
  const server = { cases: [], start: async () => ({ port: 0, stop: async () => {} }), isProxy };
  return isProxy ? { name, version: "1", server } : { name, version: "1", client, server };
}

const peers = [peer("Peregrine"), peer("grpc-go"), peer("grpcio"), peer("nginx", true)];

function pairsOf(options: { only?: string; allPairs?: boolean }): string[] {
  const all = { only: options.only, allPairs: options.allPairs ?? false };
  return choosePairings(peers, { ...all, caseName: undefined, build: false, json: false, write: false }).map(
    ({ names: { client, server } }) => `${client} ${server}`,
  );
}

test("ours runs with each peer both ways, and behind a proxy with ours and grpc-go", () => {
  assert.deepEqual(pairsOf({}), [
    "Peregrine Peregrine",
    "Peregrine grpc-go",
    "Peregrine grpcio",
    "Peregrine nginx",
    "grpc-go Peregrine",
    "grpc-go nginx",
    "grpcio Peregrine",
  ]);
  assert.deepEqual(pairsOf({ only: "grpcio" }), ["Peregrine grpcio", "grpcio Peregrine"]);
  assert.equal(pairsOf({ allPairs: true }).length, 12);
});
