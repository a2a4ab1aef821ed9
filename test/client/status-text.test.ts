import assert from "node:assert/strict";
import { test } from "node:test";
import { RpcError, Status } from "peregrine";
import { startInMemory } from "peregrine/testing";
import { Echo } from "../gen/echo_pb.js";

test("a status message comes as it was sent, also with blanks at its ends", async () => {
  await using service = await startInMemory((server) =>
    server.add(
      Echo,
      {
        unary: ({ payload }) => {
          throw new RpcError(Status.NOT_FOUND, new TextDecoder("utf-8", { ignoreBOM: true }).decode(payload));
        },
      },
      { allowMissing: true },
    ),
  );
  for (const text of ["no such user ", " no such user", "  ", " ", "\t\n", "", "100% ", "☺ "]) {
    const call = service.client(Echo).unary({ payload: new TextEncoder().encode(text) });
    await assert.rejects(call, (error: RpcError) => {
      assert.deepEqual([error.code, error.message], [Status.NOT_FOUND, text]);
      return true;
    });
  }
});
