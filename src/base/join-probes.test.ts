import assert from "node:assert/strict";
import { test } from "node:test";
import { joinProbes, joinServerProbes } from "./join-probes.js";
import type { AttemptProbe, ConnectionProbe, ObservedConnection, Probe } from "./probe.js";
import { Status } from "./status.js";

const connection: ObservedConnection = {
  peer: { address: "ipv4:1.2.3.4:5", secure: false },
  localAddress: undefined,
  cipherSuite: undefined,
  noDelay: true,
  localCertificate: undefined,
  flow: {
    sendWindowBytes: 1,
    receiveWindowBytes: 2,
    peerStreamsMax: 3,
    keepalivesSent: 4,
    goawayCode: undefined,
  },
};

/** Notes all that it is told, down to the calls; hears of no call when `calls` is false. */
function noting(notes: string[], name: string, calls: boolean = true): Probe {
  const note = (text: string): void => void notes.push(`${name} ${text}`);
  const attempt: AttemptProbe = {
    onMessageSent: (byteCount) => note(`sent ${byteCount}`),
    onMessageReceived: (byteCount) => note(`received ${byteCount}`),
    onEnd: (status, complete) => note(`end ${status} ${complete}`),
  };
  const onCall = (path: string, headers: readonly string[] = []): AttemptProbe | undefined => {
    note(`call ${path} ${headers.join(" ")}`);
    return calls ? attempt : undefined;
  };
  const onConnection = (one: ObservedConnection): ConnectionProbe => {
    note(`connection ${one.peer.address}`);
    return { onCall, onClosed: (reason) => note(`closed ${reason}`) };
  };
  const onState = (state: string, reason?: string): void => note(`${state} ${reason}`);
  return {
    onServer: () => ({
      onListen: (target) => note(`listen ${target}`),
      onDrain: () => note("drain"),
      onClosed: () => note("closed"),
      onConnection,
    }),
    onChannel: (target) => {
      note(`channel ${target}`);
      return {
        onState,
        onAddresses: (count) => note(`addresses ${count}`),
        onSubchannel: (address) => {
          note(`subchannel ${address}`);
          return { onState, onConnection };
        },
        onCall,
      };
    },
  };
}

function tellAll(probe: Probe): void {
  const server = probe.onServer();
  server?.onListen("here");
  server?.onConnection(connection)?.onCall("/p.S/M", [":path", "/p.S/M"])?.onMessageReceived(7);
  server?.onDrain();
  server?.onClosed();
  const channel = probe.onChannel("there");
  channel?.onAddresses(2);
  channel?.onState("CONNECTING");
  channel?.onCall("/p.S/M")?.onEnd(Status.OK, true);
  const subchannel = channel?.onSubchannel("1.2.3.4:5");
  subchannel?.onState("TRANSIENT_FAILURE", "refused");
  const own = subchannel?.onConnection(connection);
  const attempt = own?.onCall("/p.S/M", ["te", "trailers"]);
  attempt?.onMessageSent(5);
  attempt?.onEnd(Status.ABORTED, false);
  own?.onClosed("over");
}

test("each of several probes is told all, in their order", () => {
  const expected: string[] = [];
  tellAll(noting(expected, "a"));
  assert.equal(expected.length, 18);
  const notes: string[] = [];
  const [a, b] = [noting(notes, "a"), noting(notes, "b")];
  tellAll(joinProbes(joinProbes(a, b), b, a));
  assert.deepEqual(
    notes,
    expected.flatMap((one) => [one, one.replace("a ", "b ")]),
  );
});

test("where one wants to hear nothing, the other one alone is told, and nothing stands in between", () => {
  const notes: string[] = [];
  const deaf: Probe = { onServer: () => undefined, onChannel: () => undefined };
  tellAll(joinProbes(deaf, deaf));
  tellAll(joinProbes());
  const own = noting(notes, "a");
  const server = own.onServer();
  assert.equal(server && joinServerProbes([server]), server);
  tellAll(joinProbes(noting(notes, "a"), noting(notes, "b", false)));
  assert.deepEqual(
    notes.filter((one) => one.includes("end")),
    ["a end 0 true", "a end 10 false"],
  );
});
