import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  ACK,
  bytesOf,
  clientScript,
  frame,
  headers,
  ping,
  request,
  response,
  rst,
  serverScript,
  settings,
  uint32,
} from "./script.testing.js";

// Rules of docs/specification.md: wire:keepalive-client, wire:keepalive-server.

describe("keepalive (gRFC A8)", () => {
  it("client: pings a silent server while calls run, and gives it up 20 s later", () => {
    const client = clientScript({ keepalive: { intervalMs: 60_000 } });
    client.clock.advance(200_000);
    client.expect();
    const recorder = client.open(true);
    client.takeAll();
    client.clock.advance(0);
    client.expect("PING");
    client.clock.advance(19_999);
    assert.deepEqual(recorder.log, []);
    client.clock.advance(1);
    assert.deepEqual(recorder.log, ["reset NO_ERROR"]);
    assert.equal(client.failure?.message, "keepalive watchdog timeout");
    assert.equal(client.failure?.scope, "io");
    client.expect();
  });

  it("any byte of the peer is a sign of life", () => {
    const client = clientScript({ keepalive: { intervalMs: 10_000, timeoutMs: 1_000, withoutCalls: true } });
    for (let i = 0; i < 10; i++) {
      client.clock.advance(9_999);
      client.send(settings());
      client.expect("SETTINGS ACK");
    }
    client.clock.advance(10_000);
    client.expect("PING");
    client.clock.advance(500);
    client.connection.receive(Uint8Array.of(0));
    client.clock.advance(9_999);
    assert.ok(!client.connection.closed);
    client.expect();
    client.clock.advance(1);
    client.expect("PING");
  });

  it("an answered PING is followed by the next one an interval later, also where the timeout is longer", () => {
    const client = clientScript({ keepalive: { intervalMs: 10_000, timeoutMs: 20_000, withoutCalls: true } });
    client.clock.advance(10_000);
    const sent = client.connection.takeOutput() as Uint8Array;
    client.send(frame(6, ACK, 0, sent.subarray(9, 17)));
    client.clock.advance(9_999);
    client.expect();
    client.clock.advance(1);
    client.expect("PING");
    client.clock.advance(20_000);
    assert.equal(client.failure?.message, "keepalive watchdog timeout");
    assert.equal(client.clock.pending, 0);
  });

  it("client: an interval below 10 s is raised to it", () => {
    const client = clientScript({ keepalive: { intervalMs: 1, withoutCalls: true } });
    client.clock.advance(9_999);
    client.expect();
    client.clock.advance(1);
    client.expect("PING");
  });

  it("server: pings after two hours", () => {
    const server = serverScript();
    server.clock.advance(7_200_000);
    server.expect("PING");
    server.clock.advance(20_000);
    assert.equal(server.failure?.message, "keepalive watchdog timeout");
  });

  it("server: pings that come too often are an offence, the third ends the connection", () => {
    const server = serverScript();
    server.send(headers(1, request));
    server.send(ping(), ping(), ping());
    server.expect("PING ACK", "PING ACK", "PING ACK");
    server.send(ping());
    server.expectConnectionError("ENHANCE_YOUR_CALM", /^too_many_pings$/);
  });

  it("server: pings every 5 minutes are fine while a call runs, without one only every 2 hours", () => {
    const server = serverScript();
    server.send(headers(1, request));
    for (let i = 0; i < 10; i++) {
      server.send(ping());
      server.clock.advance(300_000);
    }
    assert.ok(!server.connection.closed);
    server.send(rst(1, 8), ping());
    for (let i = 0; i < 2; i++) {
      server.clock.advance(300_000);
      server.send(ping());
    }
    server.expectConnectionError("ENHANCE_YOUR_CALM");
  });

  it("server: pings that measure what we send are fine, and all are with the policy off", () => {
    const server = serverScript();
    server.send(headers(1, request));
    server.last.stream.sendHeaders(response, false);
    for (let i = 0; i < 100; i++) {
      server.last.stream.sendData(new Uint8Array(1), false);
      server.send(ping());
      server.takeAll();
    }
    assert.ok(!server.connection.closed);
    const lax = serverScript({ pingPolicy: { minIntervalMs: 0 } });
    lax.send(...Array.from({ length: 400 }, () => ping()));
    assert.ok(!lax.connection.closed);
  });

  it("ping tells the round trip time", () => {
    const client = clientScript();
    const rtts: number[] = [];
    client.connection.ping((rttMs) => rtts.push(rttMs));
    client.connection.ping((rttMs) => rtts.push(rttMs));
    client.clock.advance(7);
    const ack = (n: number): Uint8Array => frame(6, ACK, 0, bytesOf(uint32(0x8000_0000), uint32(n)));
    client.send(ack(2));
    client.clock.advance(2);
    client.send(ack(1), ack(1), ack(3));
    assert.deepEqual(rtts, [7, 9]);
  });
});
