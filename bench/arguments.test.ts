import assert from "node:assert/strict";
import { test } from "node:test";
import { readArguments, UsageError } from "./arguments.js";

const choices = { rows: ["unary-server", "unary-pair", "unary-pair-tls", "latency"], peers: ["grpc-js", "tonic"] };

test("without words all rows are taken", () => {
  const request = readArguments([], choices);
  assert.deepEqual(request.rows, choices.rows);
  assert.deepEqual(request.peers, []);
  assert.equal(request.quick, false);
});

test("a word takes the rows whose names hold it, a whole name that row alone, in the order of the tables", () => {
  assert.deepEqual(readArguments(["latency", "unary-pair"], choices).rows, ["unary-pair", "latency"]);
  assert.deepEqual(readArguments(["unary"], choices).rows, ["unary-server", "unary-pair", "unary-pair-tls"]);
});

test("options", () => {
  const request = readArguments(["--quick", "--rounds", "3", "--peers", "tonic,grpc-js", "--chart", "a.svg"], choices);
  assert.equal(request.quick, true);
  assert.equal(request.rounds, 3);
  assert.deepEqual(request.peers, ["tonic", "grpc-js"]);
  assert.equal(request.chart, "a.svg");
});

test("mistakes are told with what there is", () => {
  const cases: readonly (readonly [string[], RegExp])[] = [
    [["unery"], /no row "unery"; there are: unary-server, unary-pair, unary-pair-tls, latency/],
    [["--peers", "grpc-java"], /no peer "grpc-java"; there are: grpc-js, tonic/],
    [["--rounds", "0"], /--rounds 0: a whole number from 1 to 100/],
    [["--rounds", "many"], /--rounds many/],
    [["--fast"], /--fast[\s\S]*--write-baseline/],
    [["--check", "--compare", "HEAD"], /--compare and --check cannot be had in one run/],
    [["--compare", "HEAD", "--peers", "tonic"], /--compare takes no --peers/],
  ];
  for (const [args, message] of cases) {
    assert.throws(
      () => readArguments(args, choices),
      (error) => error instanceof UsageError && message.test(error.message),
      args.join(" "),
    );
  }
});
