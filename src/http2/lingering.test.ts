import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { END_STREAM, headers, request, response, rst, serverScript } from "./script.testing.js";

describe("streams that are over while their handlers still work", () => {
  const options = { limits: { concurrentStreamsMax: 2 } };

  it("hold places of their own, as many as there are streams, whoever ended them", () => {
    const server = serverScript(options);
    server.send(headers(1, request, END_STREAM), rst(1, 8));
    server.send(headers(3, request, END_STREAM));
    // A deadline: the answer is out, the handler has not returned.
    server.last.stream.sendHeaders(response, true);
    server.takeAll();
    server.send(headers(5, request, END_STREAM));
    server.expect("RST_STREAM 5 REFUSED_STREAM");
    assert.equal(server.accepted.length, 2);
  });

  it("free their places by release, once each", () => {
    const server = serverScript(options);
    for (const id of [1, 3]) {
      server.send(headers(id, request, END_STREAM));
      server.last.stream.sendHeaders(response, true);
    }
    for (const { stream } of server.accepted) {
      stream.release();
      stream.release();
    }
    for (const id of [5, 7, 9]) server.send(headers(id, request, END_STREAM));
    assert.deepEqual(
      server.accepted.map(({ stream }) => stream.id),
      [1, 3, 5, 7],
    );
  });
});
