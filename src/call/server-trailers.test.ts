import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { headerListBytes } from "../base/header-list.js";
import { Metadata } from "../base/metadata.js";
import { detail, RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { HeaderList } from "../base/transport.js";
import { BadRequestSchema } from "../rpc/error_details_pb.js";
import { framedNote } from "./notes.testing.js";
import { type ServerRig, startCall, type TestHandler } from "./server-rig.testing.js";

/** What a peer may say that it takes. */
const limitBytes = 8_192;

function violations(count: number): ReturnType<typeof detail> {
  const fieldViolations = Array.from({ length: count }, (_, i) => ({
    field: `items[${i}]`,
    description: "there are too many of them",
  }));
  return detail(BadRequestSchema, { fieldViolations });
}

/** Ends at once, at a client that takes so much. */
function ended(handler: TestHandler, headerListBytesMax: number = limitBytes): ServerRig {
  const rig = startCall("unary", handler);
  rig.stream.headerListBytesMax = headerListBytesMax;
  rig.call.onData(framedNote("x"), true);
  assert.ok(headerListBytes(rig.stream.headerBlocks.at(-1)?.headers as HeaderList) <= headerListBytesMax);
  assert.equal(rig.stream.releases, 1);
  return rig;
}

function throwing(error: RpcError, trailers: Record<string, string> = {}): TestHandler {
  return (_, call) => {
    for (const [name, value] of Object.entries(trailers)) call.responseTrailers.set(name, value);
    throw error;
  };
}

describe("trailers above the client's limit", () => {
  test("lose their details, keep status, message and metadata, and the server hears why", () => {
    const error = new RpcError(Status.INVALID_ARGUMENT, "210 violations", { details: [violations(210)] });
    const rig = ended(throwing(error, { "retry-after": "1" }));
    assert.deepEqual([rig.stream.status, rig.stream.statusMessage], [Status.INVALID_ARGUMENT, "210 violations"]);
    assert.equal(rig.stream.trailer("grpc-status-details-bin"), undefined);
    assert.equal(rig.stream.trailer("retry-after"), "1");
    assert.deepEqual(rig.kinds, ["handler"]);
    assert.match(String(rig.errors[0]), /the trailers have [0-9]+ bytes, but the client takes 8192/);
    assert.equal((rig.errors[0] as Error).cause, error);
  });

  test("lose their metadata next, the error's own and the call's", () => {
    const metadata = new Metadata({ mine: "m".repeat(5_000) });
    const error = new RpcError(Status.NOT_FOUND, "no such thing", { metadata, details: [violations(1)] });
    const rig = ended(throwing(error, { yours: "y".repeat(5_000) }));
    assert.deepEqual([rig.stream.status, rig.stream.statusMessage], [Status.NOT_FOUND, "no such thing"]);
    assert.deepEqual([rig.stream.trailer("mine"), rig.stream.trailer("yours")], [undefined, undefined]);
    assert.equal(rig.errors.length, 1);
  });

  test("lose the end of the message at last, never inside of an escape", () => {
    for (let bytes = 230; bytes < 350; bytes++) {
      const rig = ended(throwing(new RpcError(Status.ABORTED, "ä".repeat(1_000))), bytes);
      assert.equal(rig.stream.status, Status.ABORTED);
      assert.match(rig.stream.statusMessage, /^(ä*\.\.\. \(cut\))?$/);
    }
  });

  test("of a call that ended well: OK arrives, without metadata", () => {
    const rig = ended((_, call) => {
      call.responseTrailers.set("k", "v".repeat(limitBytes));
      return {};
    });
    assert.deepEqual([rig.stream.status, rig.stream.trailer("k"), rig.kinds], [Status.OK, undefined, ["handler"]]);
    assert.match(String(rig.errors[0]), /the metadata was left out/);
  });

  test("within the limit they are sent as they are", () => {
    const error = new RpcError(Status.INVALID_ARGUMENT, "few", { details: [violations(10)] });
    for (const max of [limitBytes, undefined, Number.POSITIVE_INFINITY]) {
      const rig = startCall("unary", throwing(error, { k: "v" }));
      rig.stream.headerListBytesMax = max;
      rig.call.onData(framedNote("x"), true);
      assert.deepEqual([rig.errors, rig.stream.trailer("k")], [[], "v"]);
      assert.notEqual(rig.stream.trailer("grpc-status-details-bin"), undefined);
    }
  });
});

test("response headers above the client's limit end the call with a status that says so", () => {
  const rig = ended((_, call) => {
    call.responseHeaders.set("k", "v".repeat(limitBytes));
    return {};
  });
  assert.deepEqual([rig.stream.order, rig.stream.status], [["trailers"], Status.INTERNAL]);
  assert.match(rig.stream.statusMessage, /the response headers have [0-9]+ bytes, but the client takes 8192/);
  assert.equal(rig.errors.length, 1);
});

test("details that cannot be encoded are left out, and the metadata is not", () => {
  const wrong = detail(BadRequestSchema, { fieldViolations: [{ field: 5 as unknown as string }] });
  const metadata = new Metadata({ k: "v" });
  const rig = ended(throwing(new RpcError(Status.ABORTED, "m", { details: [wrong], metadata })));
  assert.deepEqual([rig.stream.status, rig.stream.trailer("k"), rig.errors.length], [Status.ABORTED, "v", 1]);
});
