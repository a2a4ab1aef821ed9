import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { RpcError, Server, type ServerContext, type ServerOptions, Status } from "peregrine";
import { SimulatedClock } from "peregrine/testing";
import { ErrorCode } from "../../../src/base/transport.js";
import { ACK, data, END_STREAM, frame, ping, rst, settings, windowUpdate } from "../../../src/http2/frames.testing.js";
import { Echo } from "../../gen/echo_pb.js";
import { codeOf, type FrameEvent, lastStreamOf, Type, textOf } from "../raw-peer.testing.js";
import { echoRequest, readResponse, splitBody } from "./messages.testing.js";
import { messageOf, RawClient, requestHeaders, statusOf } from "./raw-client.testing.js";

// How calls and connections end at a server of ours, in simulated time.

const goawayAllStreams = 0x7fff_ffff;

/** A server whose unary calls wait until they are let, with one raw client. */
class Gated {
  readonly clock: SimulatedClock = new SimulatedClock(1_000);
  readonly server: Server;
  readonly calls: ServerContext[] = [];
  client!: RawClient;
  address: string = "";
  #open: (() => void)[] = [];
  #begun: (() => void)[] = [];

  constructor(options: ServerOptions = {}) {
    this.server = new Server({ clock: this.clock, random: () => 0.5, onError: () => undefined, ...options });
    const unary = async (_: unknown, call: ServerContext): Promise<{ text: string }> => {
      this.calls.push(call);
      await new Promise<void>((resolve) => {
        this.#open.push(resolve);
        this.#begun.shift()?.();
      });
      return { text: "done" };
    };
    const clientStream = (): { count: number } => ({ count: 7 });
    this.server.add(Echo, { unary, clientStream }, { allowMissing: true });
  }

  async start(): Promise<this> {
    this.address = `${await this.server.listen("127.0.0.1:0")}`;
    this.client = await RawClient.connect(this.address);
    return this;
  }

  /** Begins a unary call, and waits until its handler runs. */
  async begin(changed: Readonly<Record<string, string>> = {}): Promise<number> {
    const begun = new Promise<void>((resolve) => this.#begun.push(resolve));
    const id = this.client.open(requestHeaders(changed));
    this.client.peer.send(data(id, echoRequest({}), END_STREAM));
    await begun;
    return id;
  }

  /** Lets the calls that wait go on. */
  open(): void {
    for (const open of this.#open.splice(0)) open();
  }

  frame(type: number, fits: (event: FrameEvent) => boolean = () => true): Promise<FrameEvent> {
    return this.client.peer.untilFrame(`frame of type ${type}`, (event) => event.type === type && fits(event));
  }

  async closed(): Promise<void> {
    await this.client.peer.until("the end of the connection", ({ kind }) => kind === "closed");
  }

  async stop(): Promise<void> {
    this.open();
    this.client.close();
    await this.server.close({ graceMs: 0 });
  }
}

async function withGated(options: ServerOptions, use: (gated: Gated) => Promise<void>): Promise<void> {
  const gated = await new Gated(options).start();
  try {
    await use(gated);
  } finally {
    await gated.stop();
  }
}

describe("wire:trailers-before-end", () => {
  it("are followed by RST_STREAM NO_ERROR, and by nothing when the client has ended", () =>
    withGated({}, async ({ client }) => {
      const id = client.open(requestHeaders({ ":path": "/peregrine.test.Echo/ClientStream" }));
      assert.equal(statusOf(await client.answer(id)), Status.OK);
      const next = await client.peer.next("RST_STREAM");
      assert.ok(next.kind === "frame" && next.type === Type.RST_STREAM && next.streamId === id);
      assert.equal(codeOf(next), ErrorCode.NO_ERROR);
      // What was on its way is let go, and the connection lives.
      client.peer.send(data(id, 100), data(id, 100, END_STREAM));
      const ended = await client.call(requestHeaders({ ":path": "/peregrine.test.Echo/ClientStream" }));
      assert.equal(statusOf(ended), Status.OK);
      client.peer.send(ping("after it"));
      const pong = await client.peer.untilFrame("PING ACK", ({ type }) => type !== Type.WINDOW_UPDATE);
      assert.ok(pong.type === Type.PING && textOf(pong) === "after it");
    }));

  it("also where the call was refused", () =>
    withGated({}, async ({ client }) => {
      const id = client.open(requestHeaders({ ":path": "/a/b" }));
      assert.equal(statusOf(await client.answer(id)), Status.UNIMPLEMENTED);
      const next = await client.peer.next("RST_STREAM");
      assert.ok(next.kind === "frame" && next.type === Type.RST_STREAM && codeOf(next) === ErrorCode.NO_ERROR);
    }));
});

describe("wire:deadline-server", () => {
  it("ends the call and the handler's signal at the deadline, not before", () =>
    withGated({}, async (gated) => {
      const id = await gated.begin({ "grpc-timeout": "5S" });
      const signal = gated.calls[0]?.signal;
      gated.clock.advance(4_999);
      assert.equal(signal?.aborted, false);
      gated.clock.advance(1);
      assert.equal(signal?.aborted, true);
      const answer = await gated.client.answer(id);
      assert.equal(statusOf(answer), Status.DEADLINE_EXCEEDED);
      assert.ok(answer.trailersOnly);
    }));
});

describe("wire:cancel-server", () => {
  for (const code of [ErrorCode.CANCEL, ErrorCode.NO_ERROR, ErrorCode.INTERNAL_ERROR, 0xff]) {
    it(`RST_STREAM of code ${code} cancels the handler, and nothing more is sent`, () =>
      withGated({}, async (gated) => {
        const id = await gated.begin();
        const signal = gated.calls[0]?.signal;
        const aborted = new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
        gated.client.peer.send(rst(id, code));
        await aborted;
        assert.ok(signal?.reason instanceof RpcError && signal.reason.code === Status.CANCELLED);
        gated.open();
        gated.client.peer.send(ping("nothing?"));
        const next = await gated.client.peer.untilFrame("PING ACK", ({ type }) => type !== Type.WINDOW_UPDATE);
        assert.equal(next.type, Type.PING);
      }));
  }

  it("a lost connection cancels the handler with UNAVAILABLE", () =>
    withGated({}, async (gated) => {
      await gated.begin();
      const signal = gated.calls[0]?.signal;
      const aborted = new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
      gated.client.close();
      await aborted;
      assert.ok(signal?.reason instanceof RpcError && signal.reason.code === Status.UNAVAILABLE);
    }));
});

describe("wire:handler-threw", () => {
  it("is UNKNOWN, and what was thrown stays here", async () => {
    const server = new Server({ onError: () => undefined });
    const unary = (): never => {
      throw new Error("the secret");
    };
    server.add(Echo, { unary }, { allowMissing: true });
    const client = await RawClient.connect(`${await server.listen("127.0.0.1:0")}`);
    const answer = await client.call(requestHeaders(), echoRequest({}));
    assert.equal(statusOf(answer), Status.UNKNOWN);
    assert.doesNotMatch(messageOf(answer), /secret/);
    client.close();
    await server.close({ graceMs: 0 });
  });
});

describe("wire:goaway-twice, wire:shutting-down", () => {
  it("a server that closes warns first, and tells the last stream once the client has read that", () =>
    withGated({}, async (gated) => {
      const first = await gated.begin();
      const closing = gated.server.close({ graceMs: 60_000 });
      const warning = await gated.frame(Type.GOAWAY);
      assert.deepEqual([lastStreamOf(warning), codeOf(warning)], [goawayAllStreams, ErrorCode.NO_ERROR]);
      const question = await gated.frame(Type.PING);
      // A stream that the client opened before it knew is served.
      const second = await gated.begin();
      gated.client.peer.send(frame(Type.PING, ACK, 0, question.payload));
      const last = await gated.frame(Type.GOAWAY);
      assert.deepEqual([lastStreamOf(last), codeOf(last)], [second, ErrorCode.NO_ERROR]);
      // One behind it was never there.
      const third = gated.client.open(requestHeaders(), END_STREAM);
      gated.open();
      for (const id of [first, second]) {
        const answer = await gated.client.answer(id);
        assert.equal(readResponse(splitBody(answer.body)[0]?.payload ?? new Uint8Array(0)).text, "done");
      }
      assert.ok(third > second);
      await gated.closed();
      await closing;
      assert.equal(gated.calls.length, 2);
    }));
});

describe("wire:connection-age", () => {
  it("a connection is drained at its age, and cut after the grace", () =>
    withGated({ connection: { ageMsMax: 10_000, ageGraceMs: 5_000 } }, async (gated) => {
      const id = await gated.begin();
      gated.clock.advance(9_999);
      gated.client.peer.send(ping("are you?"));
      await gated.frame(Type.PING, (event) => textOf(event) === "are you?");
      gated.clock.advance(1);
      assert.equal(lastStreamOf(await gated.frame(Type.GOAWAY)), goawayAllStreams);
      const question = await gated.frame(Type.PING);
      gated.client.peer.send(frame(Type.PING, ACK, 0, question.payload));
      assert.equal(lastStreamOf(await gated.frame(Type.GOAWAY)), id);
      gated.clock.advance(5_000);
      await gated.closed();
      assert.equal(gated.calls[0]?.signal.aborted, true);
    }));

  it("a connection without calls is drained after its idle time", () =>
    withGated({ connection: { idleMsMax: 10_000 } }, async (gated) => {
      gated.clock.advance(10_000);
      assert.equal(lastStreamOf(await gated.frame(Type.GOAWAY)), goawayAllStreams);
    }));
});

describe("wire:keepalive-server", () => {
  it("an idle client is pinged after 2 h, and given up 20 s later", () =>
    withGated({ connection: { idleMsMax: Number.POSITIVE_INFINITY } }, async (gated) => {
      // The server has read the ack of its SETTINGS, which it waits for no longer than 30 s.
      gated.client.peer.send(ping("read all"));
      await gated.frame(Type.PING, (event) => textOf(event) === "read all");
      gated.clock.advance(7_199_999);
      gated.client.peer.send(windowUpdate(0, 1), ping("any byte"));
      await gated.frame(Type.PING, (event) => textOf(event) === "any byte");
      gated.clock.advance(7_200_000);
      await gated.frame(Type.PING, ({ flags }) => flags === 0);
      gated.clock.advance(20_000);
      await gated.closed();
    }));

  it("the third PING that comes too early is GOAWAY ENHANCE_YOUR_CALM too_many_pings", () =>
    withGated({}, async (gated) => {
      await gated.begin();
      for (let count = 0; count < 4; count++) gated.client.peer.send(ping());
      const calm = await gated.frame(Type.GOAWAY);
      assert.equal(codeOf(calm), ErrorCode.ENHANCE_YOUR_CALM);
      assert.match(textOf(calm), /too_many_pings$/);
      await gated.closed();
    }));

  it("PINGs 5 min apart are none too early while a call runs", () =>
    withGated({ keepalive: { intervalMs: Number.POSITIVE_INFINITY } }, async (gated) => {
      await gated.begin();
      for (let count = 0; count < 5; count++) {
        gated.clock.advance(300_000);
        gated.client.peer.send(ping(`number ${count}`));
        await gated.frame(Type.PING, (event) => textOf(event) === `number ${count}`);
      }
    }));
});

describe("wire:windows", () => {
  let gated: Gated;
  before(async () => {
    gated = await new Gated().start();
  });
  after(() => gated.stop());

  it("begin at 65535, and a response waits for them", async () => {
    gated.client.peer.send(settings(4, 3));
    const id = await gated.begin();
    gated.open();
    const first = await gated.frame(Type.DATA, ({ streamId }) => streamId === id);
    assert.equal(first.payload.length, 3);
    gated.client.peer.send(windowUpdate(id, 2));
    const second = await gated.frame(Type.DATA, ({ streamId }) => streamId === id);
    assert.equal(second.payload.length, 2);
    gated.client.peer.send(settings(4, 65_535));
    assert.equal(statusOf(await gated.client.answer(id)), Status.OK);
  });
});
