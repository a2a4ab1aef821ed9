import assert from "node:assert/strict";
import { test } from "node:test";
import { admits, checkEngines } from "./engines.js";

test("ranges are read as npm reads them", () => {
  const least = [20, 19, 0] as const;
  const good = [
    ">=20.19",
    ">= 20",
    ">=20.18.1",
    "*",
    "",
    "20",
    "20.x",
    "^20.0.0",
    "~20.19.0",
    ">=18 <21",
    "^18 || ^20",
    "20.*",
  ];
  for (const range of [...good, "6.* || 8.* || >= 10.*", "^20.9.0 || >=21.1.0"]) assert.ok(admits(range, least), range);
  for (const range of [
    ">=22",
    ">20.19.0",
    "<20",
    "^18.0.0",
    "~20.18.0",
    ">=20.19.1",
    "18.x || 22.x",
    ">=18 <20",
    "20.19.1",
    "a",
  ]) {
    assert.ok(!admits(range, least), range);
  }
});

test("packages that ask for a newer Node are told, unless they are for development and listed", () => {
  const packages = {
    "": { engines: { node: ">=20.19" } },
    "node_modules/old": { version: "1.0.0", engines: { node: ">=8" } },
    "node_modules/none": { version: "1.0.0" },
    "node_modules/a/node_modules/@s/new": { version: "2.0.0", dev: true, engines: { node: ">=22" } },
    "node_modules/run": { version: "3.0.0", engines: { node: ">=22" } },
  };
  const told = (name: string): string =>
    `package-lock.json: ${name} asks for Node >=22, and package.json promises >=20.19`;
  assert.deepEqual(checkEngines(">=20.19", packages, {}), [told("@s/new@2.0.0"), told("run@3.0.0")]);
  assert.deepEqual(checkEngines(">=20.19", packages, { "@s/new": "why", run: "why" }), [told("run@3.0.0")]);
  assert.deepEqual(checkEngines(">=22", packages, { gone: "why" }), [
    "tools/engines.ts: gone no longer asks for a newer Node: take it away",
  ]);
  assert.deepEqual(checkEngines("20 || 22", packages, {}), [
    "package.json: engines.node is 20 || 22: write >= and a version",
  ]);
});
