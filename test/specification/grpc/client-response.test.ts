import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { RpcError, Status, statusName } from "peregrine";
import type { HeaderList } from "../../../src/base/transport.js";
import { bytesOf, data, END_STREAM, headers, rst } from "../../../src/http2/frames.testing.js";
import type { EchoResponse } from "../../gen/echo_pb.js";
import { codeOf, Type } from "../raw-peer.testing.js";
import { echoResponse, prefixed, responseBytes } from "./messages.testing.js";
import { okHead, type RawConnection, RawServer } from "./raw-server.testing.js";

// What a client of ours makes of responses, sent as frames by a server that keeps to no rule.

let server: RawServer;
let connection: RawConnection;
before(async () => {
  server = await RawServer.start({ receiveMessageBytesMax: 10_000 });
  const connecting = server.channel.connect();
  connection = await server.accept();
  await connecting;
});
after(() => server.stop());

type Ending = EchoResponse | RpcError;

/** One unary call, answered with these frames; the end that its user sees. */
async function answered(answer: (id: number) => Uint8Array[]): Promise<Ending> {
  const reply = server.echo.unary({}).catch((error: unknown) => error);
  const { id } = await connection.request();
  connection.peer.send(...answer(id));
  const ending = await reply;
  return ending as Ending;
}

async function fails(answer: (id: number) => Uint8Array[], status: Status, message: RegExp = /^/): Promise<RpcError> {
  const ending = await answered(answer);
  assert.ok(ending instanceof RpcError, "the call succeeded");
  assert.equal(ending.code, status, `${ending.codeName}: ${ending.message}`);
  assert.match(ending.message, message);
  return ending;
}

async function succeeds(answer: (id: number) => Uint8Array[], text: string): Promise<void> {
  const ending = await answered(answer);
  if (ending instanceof RpcError) throw ending;
  assert.equal(ending.text, text);
}

const ok: HeaderList = ["grpc-status", "0"];
const hello = echoResponse({ text: "hello" });

/** Headers, one body and good trailers. */
function body(id: number, bytes: Uint8Array, ...more: string[]): Uint8Array[] {
  return [headers(id, [...okHead, ...more]), data(id, bytes), headers(id, ok, END_STREAM)];
}

function only(id: number, ...list: string[]): Uint8Array[] {
  return [headers(id, list, END_STREAM)];
}

describe("wire:message-prefix", () => {
  it("a message may be cut at every byte", async () => {
    for (let at = 0; at <= hello.length; at++) {
      const parts = (id: number): Uint8Array[] => [
        headers(id, okHead),
        data(id, hello.subarray(0, at)),
        data(id, hello.subarray(at)),
        headers(id, ok, END_STREAM),
      ];
      await succeeds(parts, "hello");
    }
  });

  it("each byte may be a frame of its own", () =>
    succeeds(
      (id) => [
        headers(id, okHead),
        ...Array.from(hello, (_, at) => data(id, hello.subarray(at, at + 1))),
        headers(id, ok, END_STREAM),
      ],
      "hello",
    ));

  it("flags 2 to 255 are INTERNAL", async () => {
    for (let flag = 2; flag <= 255; flag++) {
      await fails((id) => body(id, prefixed(responseBytes({ text: "x" }), flag)), Status.INTERNAL, /flag/);
    }
  });

  it("an end inside of a message is INTERNAL, whatever the trailers say", async () => {
    for (let length = 1; length < hello.length; length++) {
      await fails((id) => body(id, hello.subarray(0, length)), Status.INTERNAL, /ended inside/);
    }
  });

  it("a message of no bytes is one", () => succeeds((id) => body(id, prefixed(new Uint8Array(0))), ""));
});

describe("wire:cardinality", () => {
  it("no message for one is an error", async () => {
    await fails((id) => [headers(id, okHead), headers(id, ok, END_STREAM)], Status.UNIMPLEMENTED, /none/);
    await fails((id) => only(id, ...okHead, ...ok), Status.UNIMPLEMENTED, /none/);
  });
  it("two messages for one are an error, in one frame and in two", async () => {
    await fails((id) => body(id, bytesOf(hello, hello)), Status.UNIMPLEMENTED, /more/);
    const two = (id: number): Uint8Array[] => [
      headers(id, okHead),
      data(id, hello),
      data(id, hello),
      headers(id, ok, END_STREAM),
    ];
    await fails(two, Status.UNIMPLEMENTED, /more/);
    await connection.frame(Type.RST_STREAM);
  });
});

describe("wire:undecodable", () => {
  it("bytes that are no message are INTERNAL", async () => {
    for (const bytes of [[0xff], [0x0a, 0x05, 0x01], [0x08], [0x0b]]) {
      await fails((id) => body(id, prefixed(Uint8Array.from(bytes))), Status.INTERNAL);
    }
  });
});

describe("wire:message-too-large", () => {
  it("is known from the prefix, and the server is told to stop", async () => {
    const before = (id: number): Uint8Array[] => [
      headers(id, okHead),
      data(id, prefixed(new Uint8Array(0), 0, 0xffff_ffff)),
    ];
    await fails(before, Status.RESOURCE_EXHAUSTED, /4294967295.*10000/);
    assert.equal(codeOf(await connection.frame(Type.RST_STREAM)), 8);
  });
  it("is counted after decompression too", async () => {
    const zeros = gzipSync(responseBytes({ payload: new Uint8Array(1_000_000) }));
    await fails((id) => body(id, prefixed(zeros, 1), "grpc-encoding", "gzip"), Status.RESOURCE_EXHAUSTED, /10000/);
  });
});

describe("wire:encoding-unknown-to-client", () => {
  it("is INTERNAL, for messages with the flag and without", async () => {
    for (const flag of [0, 1]) {
      const bytes = prefixed(responseBytes({ text: "x" }), flag);
      await fails((id) => body(id, bytes, "grpc-encoding", "lzma"), Status.INTERNAL, /"lzma"/);
    }
  });
});

describe("wire:compressed-flag-without-encoding", () => {
  it("is INTERNAL, with no encoding and with identity", async () => {
    const bytes = prefixed(gzipSync(responseBytes({ text: "x" })), 1);
    await fails((id) => body(id, bytes), Status.INTERNAL, /compressed/);
    await fails((id) => body(id, bytes, "grpc-encoding", "identity"), Status.INTERNAL, /compressed/);
  });
  it("what does not decompress is INTERNAL", async () => {
    await fails((id) => body(id, prefixed(Buffer.from("no gzip"), 1), "grpc-encoding", "gzip"), Status.INTERNAL);
  });
  it("a plain message under an encoding is taken", () =>
    succeeds((id) => body(id, hello, "grpc-encoding", "gzip"), "hello"));
});

describe("wire:trailers-only", () => {
  it("carries status, message and metadata", async () => {
    const list = [...okHead, "grpc-status", "5", "grpc-message", "gone", "x-more", "1"];
    const error = await fails((id) => only(id, ...list), Status.NOT_FOUND, /^gone$/);
    assert.equal(error.metadata.get("x-more"), "1");
  });
});

describe("wire:missing-status", () => {
  const cases: readonly [string, (id: number) => Uint8Array[]][] = [
    ["trailers without it", (id) => [headers(id, okHead), data(id, hello), headers(id, ["x", "y"], END_STREAM)]],
    ["DATA with END_STREAM", (id) => [headers(id, okHead), data(id, hello, END_STREAM)]],
    ["headers with END_STREAM", (id) => only(id, ...okHead)],
    [
      "a status that is no number",
      (id) => [headers(id, okHead), data(id, hello), headers(id, ["grpc-status", "OK"], END_STREAM)],
    ],
    ["an empty status", (id) => [headers(id, okHead), data(id, hello), headers(id, ["grpc-status", ""], END_STREAM)]],
    [
      "a negative status",
      (id) => [headers(id, okHead), data(id, hello), headers(id, ["grpc-status", "-1"], END_STREAM)],
    ],
    ["a status that gRPC does not have", (id) => [headers(id, okHead), headers(id, ["grpc-status", "17"], END_STREAM)]],
    [
      "a status of twenty digits",
      (id) => [headers(id, okHead), headers(id, ["grpc-status", "0".repeat(20)], END_STREAM)],
    ],
  ];
  for (const [name, answer] of cases) {
    it(`${name} is an error, never success`, async () => {
      const ending = await answered(answer);
      assert.ok(ending instanceof RpcError);
      assert.ok(ending.code === Status.UNKNOWN || ending.code === Status.INTERNAL, ending.codeName);
    });
  }
});

describe("wire:grpc-message", () => {
  const cases: readonly [string, string][] = [
    ["plain", "plain"],
    ["", ""],
    ["%E2%98%BA", "☺"],
    ["%e2%98%ba", "☺"],
    ["a%20b%0Ac", "a b\nc"],
    ["100%", "100%"],
    ["%", "%"],
    ["%4", "%4"],
    ["%zz%41", "%zzA"],
    ["%%41", "%A"],
    ["%25", "%"],
    ["%FF", "\ufffd"],
    ["%E2%98", "\ufffd"],
    ["\xe2\x98\xba", "☺"],
    ["%C3\xa4", "ä"],
  ];
  for (const [wire, text] of cases) {
    it(`${JSON.stringify(wire)} reads ${JSON.stringify(text)}`, async () => {
      const error = await fails(
        (id) => only(id, ...okHead, "grpc-status", "3", "grpc-message", wire),
        Status.INVALID_ARGUMENT,
      );
      assert.equal(error.message, text);
    });
  }
});

describe("wire:status-details", () => {
  it("that are no google.rpc.Status, or no base64, do not hide the status", async () => {
    for (const value of ["!!!", "////", "CAUSA2Zv", ""]) {
      const list = [...okHead, "grpc-status", "9", "grpc-message", "m", "grpc-status-details-bin", value];
      await fails((id) => only(id, ...list), Status.FAILED_PRECONDITION, /^m$/);
    }
  });
});

describe("wire:http-status", () => {
  const table: readonly [number, Status][] = [
    [400, Status.INTERNAL],
    [401, Status.UNAUTHENTICATED],
    [403, Status.PERMISSION_DENIED],
    [404, Status.UNIMPLEMENTED],
    [408, Status.UNKNOWN],
    [415, Status.UNKNOWN],
    [429, Status.UNAVAILABLE],
    [431, Status.INTERNAL],
    [500, Status.UNKNOWN],
    [502, Status.UNAVAILABLE],
    [503, Status.UNAVAILABLE],
    [504, Status.UNAVAILABLE],
    [200, Status.UNKNOWN],
    [302, Status.UNKNOWN],
  ];
  for (const [http, status] of table) {
    it(`${http} means ${statusName(status)}`, async () => {
      const page = [":status", String(http), "content-type", "text/html"];
      await fails((id) => [headers(id, page), data(id, 20, END_STREAM)], status, new RegExp(String(http)));
      await fails((id) => only(id, ":status", String(http)), status);
    });
  }
  it("does not count where there is a grpc-status", async () => {
    for (const http of ["200", "404", "503"]) {
      await fails(
        (id) => only(id, ":status", http, "grpc-status", "7", "grpc-message", "no"),
        Status.PERMISSION_DENIED,
        /^no$/,
      );
    }
  });
});

describe("wire:rst-stream", () => {
  const { INTERNAL, UNKNOWN, CANCELLED, RESOURCE_EXHAUSTED, PERMISSION_DENIED } = Status;
  // REFUSED_STREAM has a test of its own in client-streams.test.ts: the call begins again first.
  const table: readonly [name: string, code: number, status: Status][] = [
    ["NO_ERROR", 0, INTERNAL],
    ["PROTOCOL_ERROR", 1, INTERNAL],
    ["INTERNAL_ERROR", 2, INTERNAL],
    ["FLOW_CONTROL_ERROR", 3, INTERNAL],
    ["SETTINGS_TIMEOUT", 4, INTERNAL],
    ["STREAM_CLOSED", 5, UNKNOWN],
    ["FRAME_SIZE_ERROR", 6, INTERNAL],
    ["CANCEL", 8, CANCELLED],
    ["COMPRESSION_ERROR", 9, INTERNAL],
    ["CONNECT_ERROR", 10, INTERNAL],
    ["ENHANCE_YOUR_CALM", 11, RESOURCE_EXHAUSTED],
    ["INADEQUATE_SECURITY", 12, PERMISSION_DENIED],
    ["HTTP_1_1_REQUIRED", 13, INTERNAL],
    ["0xff", 0xff, UNKNOWN],
  ];
  for (const [name, code, status] of table) {
    it(`${name}, before headers, behind them and behind a message`, async () => {
      await fails((id) => [rst(id, code)], status, new RegExp(name));
      await fails((id) => [headers(id, okHead), rst(id, code)], status, new RegExp(name));
      await fails((id) => [headers(id, okHead), data(id, hello), rst(id, code)], status, new RegExp(name));
    });
  }
});

describe("wire:response-headers", () => {
  it("twice are INTERNAL, and so is DATA before them", async () => {
    await fails((id) => [headers(id, okHead), headers(id, okHead)], Status.INTERNAL);
    await fails((id) => [data(id, hello)], Status.INTERNAL);
  });
});

describe("wire:trailers-only split by a proxy", () => {
  // Caddy with `flush_interval -1` flushes the headers of 1 in 14 to 1 in 100 of them before it sees that no body comes.
  const status = [...okHead, "grpc-status", "5", "grpc-message", "no such thing"];
  it("HEADERS with the status, then an empty DATA with END_STREAM, is that status", async () => {
    await fails(
      (id) => [headers(id, status), data(id, new Uint8Array(), END_STREAM)],
      Status.NOT_FOUND,
      /^no such thing$/,
    );
  });

  it("so it is with empty DATA before", async () => {
    await fails(
      (id) => [headers(id, status), data(id, new Uint8Array()), data(id, new Uint8Array(), END_STREAM)],
      Status.NOT_FOUND,
    );
  });

  it("behind a message it is a response without a status, also where it says OK", async () => {
    await fails(
      (id) => [headers(id, [...okHead, ...ok]), data(id, hello), data(id, new Uint8Array(), END_STREAM)],
      Status.INTERNAL,
      /ended without trailers/,
    );
  });
});
