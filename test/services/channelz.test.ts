import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { Channel, type ChannelOptions, type Client, joinProbes, RpcError, Server, Status } from "peregrine";
import { type Channelz, channelz, channelzV1 } from "peregrine/services";
import { createTestCertificates, SimulatedClock, startInMemory } from "peregrine/testing";
import { Echo } from "../gen/echo_pb.js";

const ChannelzService = channelzV1.Channelz;

/** Watches nothing of what is tested: asks only. */
let asking: Channel;
let ask: Client<typeof channelzV1.Channelz>;
let zone: Channelz;
let server: Server;
let target: string;
const channels: Channel[] = [];

beforeEach(async () => {
  zone = channelz();
  server = new Server({ probe: zone, onError: () => undefined });
  server.add(Echo, {
    unary: ({ text }) => {
      if (text === "fail") throw new RpcError(Status.ABORTED, "no");
      return { text };
    },
    async *serverStream() {
      for (let i = 0; i < 3; i++) yield { text: `${i}` };
    },
    clientStream: async (notes) => {
      for await (const note of notes) if (note.text === "hang") await new Promise(() => undefined);
      return {};
    },
    async *bidi(notes, { signal }) {
      for await (const { text } of notes) yield { text };
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  });
  target = `${await server.listen("127.0.0.1:0")}`;
  const askable = new Server().add(zone);
  asking = new Channel(await askable.listen("127.0.0.1:0"));
  ask = asking.client(ChannelzService);
  closing.push(askable);
});

const closing: Server[] = [];

afterEach(async () => {
  for (const channel of [...channels.splice(0), asking]) await channel.close({ graceMs: 0 });
  for (const one of [...closing.splice(0), server]) await one.close({ graceMs: 0 });
});

function connect(options: ChannelOptions = {}, to: string = target): Channel {
  const channel = new Channel(to, { probe: zone, ...options });
  channels.push(channel);
  return channel;
}

/** Three calls that succeed and four that fail: with a status, by a deadline, by a method that is not there, by a cancel. */
async function makeCalls(channel: Channel): Promise<void> {
  const notes = channel.client(Echo);
  await notes.unary({ text: "a" });
  for await (const _ of notes.serverStream({}));
  await notes.clientStream([{}, {}, {}]);
  await assert.rejects(notes.unary({ text: "fail" }), { code: Status.ABORTED });
  await assert.rejects(notes.clientStream([{ text: "hang" }], { timeoutMs: 30 }), { code: Status.DEADLINE_EXCEEDED });
  await assert.rejects(channel.client(ChannelzService).getServer({}), { code: Status.UNIMPLEMENTED });
  for await (const _ of notes.bidi([{ text: "x" }])) break;
}

interface Counts {
  readonly callsStarted: bigint;
  readonly callsSucceeded: bigint;
  readonly callsFailed: bigint;
}

function counts(data: Counts | undefined): number[] {
  assert.ok(data !== undefined);
  return [data.callsStarted, data.callsSucceeded, data.callsFailed].map(Number);
}

/** The server hears of a cancel after the client has gone on. */
async function serverCounts(failed: number): Promise<number[]> {
  for (;;) {
    const { server: found } = await ask.getServers({});
    const one = found.find(({ data }) => data?.callsStarted !== 0n && data?.callsFailed === BigInt(failed));
    if (one !== undefined) return counts(one.data);
  }
}

test("counts calls of a channel, its subchannel, its connection, and of the server", async () => {
  const channel = connect();
  await makeCalls(channel);
  const { channel: found, end } = await ask.getTopChannels({});
  assert.ok(end);
  const top = found[0];
  assert.equal(found.length, 1);
  assert.ok(top?.ref !== undefined && top.data !== undefined);
  assert.equal(top.data.target, target);
  assert.equal(top.data.state?.state, 3);
  assert.deepEqual(counts(top.data), [7, 3, 4]);
  assert.deepEqual(await serverCounts(4), [7, 3, 4]);
  assert.ok(Math.abs(Number(top.data.lastCallStartedTimestamp?.seconds) * 1_000 - Date.now()) < 60_000);
  const subchannelId = top.subchannelRef[0]?.subchannelId ?? 0n;
  const { subchannel } = await ask.getSubchannel({ subchannelId });
  assert.deepEqual(counts(subchannel?.data), [7, 3, 4]);
  assert.equal(subchannel?.data?.target, target);
  const { socket } = await ask.getSocket({ socketId: subchannel?.socketRef[0]?.socketId ?? 0n });
  const data = socket?.data;
  assert.ok(data !== undefined);
  // All but the deadline and the cancel ended with END_STREAM.
  assert.deepEqual([data.streamsStarted, data.streamsSucceeded, data.streamsFailed], [7n, 5n, 2n]);
  // 1 + 1 + 3 + 1 + 1 + 1 + 1 were sent; 1 + 3 + 1 came, and that of the last call.
  assert.deepEqual([data.messagesSent, data.messagesReceived], [9n, 6n]);
  assert.ok((data.localFlowControlWindow ?? 0n) > 60_000n && (data.remoteFlowControlWindow ?? 0n) > 60_000n);
  assert.ok(data.peerMaxConcurrentStreams > 0);
  assert.ok(data.lastLocalStreamCreatedTimestamp !== undefined && data.lastMessageSentTimestamp !== undefined);
  assert.deepEqual(
    data.option.map(({ name, value }) => [name, value]),
    [["TCP_NODELAY", "true"]],
  );
  assert.equal(socket?.security, undefined);
  const { local, remote } = socket ?? {};
  assert.deepEqual(remote?.address.case === "tcpipAddress" && [...remote.address.value.ipAddress], [127, 0, 0, 1]);
  assert.equal(remote?.address.case === "tcpipAddress" && `127.0.0.1:${remote.address.value.port}`, target);
  assert.equal(local?.address.case, "tcpipAddress");
});

test("tells the same of the server's end of a connection", async () => {
  await makeCalls(connect());
  await serverCounts(4);
  const { server: found } = await ask.getServers({});
  const own = found.find(({ listenSocket }) => listenSocket[0]?.name === target);
  assert.ok(own?.ref !== undefined);
  assert.equal(own.ref.name, target);
  assert.deepEqual((await ask.getServer({ serverId: own.ref.serverId })).server?.ref, own.ref);
  const { socketRef, end } = await ask.getServerSockets({ serverId: own.ref.serverId });
  assert.equal(socketRef.length, 1);
  assert.ok(end);
  const { socket } = await ask.getSocket({ socketId: socketRef[0]?.socketId ?? 0n });
  const data = socket?.data;
  assert.equal(data?.streamsStarted, 7n);
  assert.equal(data?.messagesSent, 6n);
  assert.ok(data?.lastRemoteStreamCreatedTimestamp !== undefined);
  assert.equal(data.lastLocalStreamCreatedTimestamp, undefined);
  const listening = await ask.getSocket({ socketId: own.listenSocket[0]?.socketId ?? 0n });
  assert.equal(listening.socket?.local?.address.case, "tcpipAddress");
});

test("tells what happened: states, addresses, subchannels, why a connection failed", async () => {
  const channel = connect({}, "127.0.0.1:1");
  await assert.rejects(channel.connect());
  const { channel: found } = await ask.getTopChannels({});
  const trace = found[0]?.data?.trace;
  const told = trace?.events.map(({ description }) => description) ?? [];
  assert.deepEqual(told.slice(0, 4), ["created", "is CONNECTING", "the name is 1 address", "made a subchannel"]);
  assert.match(told[4] ?? "", /^is TRANSIENT_FAILURE: .*127\.0\.0\.1:1/);
  assert.equal(trace?.events[4]?.severity, 2);
  assert.equal(trace?.events[3]?.childRef.case, "subchannelRef");
  assert.equal(trace?.numEventsLogged, BigInt(told.length));
});

test("keeps no more than the last events", async () => {
  const probe = zone.onChannel("many");
  for (let i = 0; i < 1_000; i++) probe?.onAddresses(i);
  const { channel: found } = await ask.getTopChannels({});
  const trace = found[0]?.data?.trace;
  assert.equal(trace?.numEventsLogged, 1_001n);
  assert.equal(trace?.events.length, 32);
  assert.equal(trace?.events.at(-1)?.description, "the name is 999 addresses");
});

test("keeps no more than so many channels and servers, and gives them in pages", async () => {
  for (let i = 0; i < 10_001; i++) zone.onChannel(`c${i}`);
  let startChannelId = 0n;
  let count = 0;
  for (let end = false; !end; ) {
    const page = await ask.getTopChannels({ startChannelId, maxResults: 999n });
    assert.ok(page.channel.length > 0 && page.channel.length <= 999);
    count += page.channel.length;
    startChannelId = (page.channel.at(-1)?.ref?.channelId ?? 0n) + 1n;
    end = page.end;
  }
  assert.equal(count, 10_000);
  assert.equal((await ask.getTopChannels({})).channel.length, 100);
  await assert.rejects(ask.getTopChannels({ maxResults: -1n }), { code: Status.INVALID_ARGUMENT });
  await assert.rejects(ask.getServers({ startServerId: -1n }), { code: Status.INVALID_ARGUMENT });
});

test("forgets what was closed, and has no answer for what is not there", async () => {
  const channel = connect();
  await makeCalls(channel);
  const before = await ask.getTopChannels({});
  const top = before.channel[0];
  const subchannelId = top?.subchannelRef[0]?.subchannelId ?? 0n;
  const socketId = (await ask.getSubchannel({ subchannelId })).subchannel?.socketRef[0]?.socketId ?? 0n;
  await channel.close();
  assert.deepEqual((await ask.getTopChannels({})).channel, []);
  const channelId = top?.ref?.channelId ?? 0n;
  await assert.rejects(ask.getChannel({ channelId }), { code: Status.NOT_FOUND });
  await assert.rejects(ask.getSubchannel({ subchannelId }), { code: Status.NOT_FOUND });
  await assert.rejects(ask.getSocket({ socketId }), { code: Status.NOT_FOUND });
  await assert.rejects(ask.getServerSockets({ serverId: 999n }), { code: Status.NOT_FOUND });
  const servers = async (): Promise<number> => (await ask.getServers({})).server.length;
  assert.equal(await servers(), 2);
  await server.close({ graceMs: 0 });
  assert.equal(await servers(), 1);
});

test("tells of connections that there were before it, and of their calls from then on", async () => {
  const late = new Server();
  closing.push(late);
  let onHang: () => void = () => undefined;
  const hangs = new Promise<void>((resolve) => {
    onHang = resolve;
  });
  const unary = ({ text }: { text: string }): object => {
    if (text !== "hang") return {};
    onHang();
    return new Promise(() => undefined);
  };
  late.add(Echo, { unary }, { allowMissing: true });
  const to = `${await late.listen("127.0.0.1:0")}`;
  const channel = connect({}, to);
  const notes = channel.client(Echo);
  await notes.unary({});
  const abort = new AbortController();
  const hanging = assert.rejects(notes.unary({ text: "hang" }, { signal: abort.signal }));
  await hangs;
  const later = channelz();
  late.add(channelz(), { addTo: (host) => host.observe(later) });
  abort.abort();
  await hanging;
  await notes.unary({});
  const client = channel.client(ChannelzService);
  const serverId = (await client.getServers({})).server[0]?.ref?.serverId ?? 0n;
  const { socketRef } = await client.getServerSockets({ serverId });
  assert.equal(socketRef.length, 1);
  const { socket } = await client.getSocket({ socketId: socketRef[0]?.socketId ?? 0n });
  const { streamsStarted, streamsSucceeded, streamsFailed } = socket?.data ?? {};
  // This one call and three questions, of which the last one is under way.
  assert.deepEqual([streamsStarted, streamsSucceeded, streamsFailed], [4n, 3n, 0n]);
  closing.push(new Server().add(later));
  const other = connect({}, `${await (closing.at(-1) as Server).listen("127.0.0.1:0")}`).client(ChannelzService);
  const found = (await other.getServers({})).server.find(({ ref }) => ref?.name === to);
  assert.deepEqual(counts(found?.data), [4, 4, 0]);
  await channel.close();
  const sockets = async () => (await other.getServerSockets({ serverId: found?.ref?.serverId ?? 0n })).socketRef.length;
  while ((await sockets()) > 0);
});

test("tells how TLS is done, and whose certificates were shown", async () => {
  const { server: tls, client, ca } = createTestCertificates();
  const to = `${await server.listen("127.0.0.1:0", { tls: { ...tls, ca } })}`;
  await makeCalls(connect({ tls: { ca, ...client } }, to));
  const { channel: found } = await ask.getTopChannels({});
  const subchannelId = found[0]?.subchannelRef[0]?.subchannelId ?? 0n;
  const socketId = (await ask.getSubchannel({ subchannelId })).subchannel?.socketRef[0]?.socketId ?? 0n;
  const { socket } = await ask.getSocket({ socketId });
  const model = socket?.security?.model;
  assert.equal(model?.case, "tls");
  assert.match(String(model.value.cipherSuite.value), /^TLS_/);
  assert.ok(model.value.remoteCertificate.length > 100 && model.value.localCertificate.length > 100);
  const brief = (await ask.getSocket({ socketId, summary: true })).socket?.security?.model;
  assert.equal(brief?.case === "tls" && brief.value.localCertificate.length, 0);
});

test("names Unix sockets by their path", async () => {
  const dir = mkdtempSync(join(tmpdir(), "peregrine-channelz-"));
  try {
    const to = String(await server.listen(`unix:${dir}/s`));
    await makeCalls(connect({}, to));
    const { channel: found } = await ask.getTopChannels({});
    const subchannelId = found[0]?.subchannelRef[0]?.subchannelId ?? 0n;
    const socketId = (await ask.getSubchannel({ subchannelId })).subchannel?.socketRef[0]?.socketId ?? 0n;
    const { socket } = await ask.getSocket({ socketId });
    assert.deepEqual(socket?.data?.option, []);
    const address = socket.remote?.address;
    assert.deepEqual(address?.case === "udsAddress" && address.value.filename, `${dir}/s`);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test("a server that is watched twice counts once, and two who watch hear the same", async () => {
  const [one, other] = [channelz(), channelz()];
  await using memory = await startInMemory(
    (own) => own.add(one).add(Echo, { unary: () => ({}) }, { allowMissing: true }),
    { server: { probe: joinProbes(one, other) }, channel: { probe: joinProbes(one, other) } },
  );
  const twice = new Server({ probe: one }).add(one);
  await using asked = await startInMemory((own) => own.add(other));
  await memory.client(Echo).unary({});
  const { server: found } = await asked.client(ChannelzService).getServers({});
  assert.deepEqual(found.filter(({ data }) => data?.callsSucceeded === 1n).length, 1);
  const { channel: channels } = await asked.client(ChannelzService).getTopChannels({});
  assert.deepEqual(counts(channels[0]?.data), [1, 1, 0]);
  assert.equal((await memory.client(ChannelzService).getServers({})).server.length, 2);
  await twice.close();
});

test("tells of PINGs, and of a GOAWAY that came", async () => {
  const clock = new SimulatedClock();
  const own = channelz();
  const hang = (): Promise<never> => new Promise(() => undefined);
  await using memory = await startInMemory((one) => one.add(Echo, { unary: hang }, { allowMissing: true }), {
    clock,
    channel: { keepalive: { intervalMs: 10_000 }, probe: own },
  });
  const { network } = memory;
  await using other = await startInMemory((one) => one.add(own), { clock, network });
  const client = other.client(ChannelzService);
  const hanging = memory.client(Echo).unary({});
  hanging.catch(() => undefined);
  await memory.advance(25_000);
  const { channel: found } = await client.getTopChannels({});
  const { subchannel } = await client.getSubchannel({ subchannelId: found[0]?.subchannelRef[0]?.subchannelId ?? 0n });
  const socketId = subchannel?.socketRef[0]?.socketId ?? 0n;
  const before = (await client.getSocket({ socketId })).socket?.data;
  assert.equal(before?.keepAlivesSent, 2n);
  assert.equal(before.receivedGoawayError, undefined);
  const closed = memory.server.close({ graceMs: 1_000 });
  await memory.advance(500);
  const after = (await client.getSocket({ socketId })).socket?.data;
  // NO_ERROR, which is another answer than none.
  assert.equal(after?.receivedGoawayError, 0);
  const { trace } = (await client.getTopChannels({})).channel[0]?.data ?? {};
  assert.equal(trace?.events.at(-1)?.description, "is IDLE");
  await memory.advance(500);
  await assert.rejects(hanging, { code: Status.UNAVAILABLE });
  await closed;
  await assert.rejects(client.getSocket({ socketId }), { code: Status.NOT_FOUND });
});
