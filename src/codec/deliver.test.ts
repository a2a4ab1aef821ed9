import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { CodecEngine } from "./compiled-codec.js";
import { hotAfter, hotBytes } from "./limits.js";

/** Counts how often code is made while something is done. */
function evaluations(action: () => void): number {
  const { Function: original } = globalThis;
  let count = 0;
  globalThis.Function = new Proxy(original, {
    construct(target, args) {
      count++;
      return Reflect.construct(target, args) as object;
    },
  });
  try {
    action();
  } finally {
    globalThis.Function = original;
  }
  return count;
}

const message = create(TimestampSchema, { seconds: 5n, nanos: 7 });
const bytes = toBinary(TimestampSchema, message);

function times(count: number, action: () => void): void {
  for (let i = 0; i < count; i++) action();
}

describe("code that is made when a type is hot", () => {
  it("is not made for the first messages, and gives the same from then on", () => {
    const engine = new CodecEngine();
    const plan = engine.plan(TimestampSchema);
    const both = (): void => {
      assert.deepEqual(engine.encode(plan, message, {}), bytes);
      assert.deepEqual(engine.decode(plan, bytes), message);
    };
    assert.equal(
      evaluations(() => times(hotAfter / 2, both)),
      0,
    );
    // One to see whether it may be made, then to make, decode and encode a message.
    assert.equal(
      evaluations(() => times(hotAfter, both)),
      4,
    );
    assert.equal(
      evaluations(() => times(hotAfter, both)),
      0,
    );
  });

  it("is made in one direction only where only that is used", () => {
    const engine = new CodecEngine();
    const plan = engine.plan(TimestampSchema);
    assert.equal(
      evaluations(() => times(2 * hotAfter, () => engine.encode(plan, message, {}))),
      2,
    );
  });

  it("is made sooner for large messages, also in the middle of one", () => {
    const large = create(FileDescriptorProtoSchema, {
      dependency: Array.from({ length: hotAfter }, () => "x".repeat(hotBytes)),
      messageType: Array.from({ length: 2 * hotAfter }, (_, i) => ({ name: `M${i}` })),
    });
    const expected = toBinary(FileDescriptorProtoSchema, large);
    const engine = new CodecEngine();
    const plan = engine.plan(FileDescriptorProtoSchema);
    const made = evaluations(() => assert.deepEqual(engine.decode(plan, expected), large));
    assert.ok(made > 0);
    times(3, () => assert.deepEqual(engine.encode(plan, large, {}), expected));
    times(3, () => assert.deepEqual(engine.decode(plan, expected), large));
  });

  it("is never made where that is forbidden, and this is asked once", () => {
    const { Function: original } = globalThis;
    let asked = 0;
    const engine = new CodecEngine();
    globalThis.Function = new Proxy(original, {
      construct(): object {
        asked++;
        throw new EvalError("forbidden");
      },
    });
    try {
      const plan = engine.plan(TimestampSchema);
      times(3 * hotAfter, () => {
        assert.deepEqual(engine.encode(plan, message, {}), bytes);
        assert.deepEqual(engine.decode(plan, bytes), message);
      });
    } finally {
      globalThis.Function = original;
    }
    assert.equal(asked, 1);
  });
});
