import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Message } from "@bufbuild/protobuf";
import type { Interceptor } from "../call/interceptor.js";
import { NotesService, OddService } from "../call/notes.testing.js";
import type { ServerContext } from "../call/server-context.js";
import { protobufEsCodecs } from "../codec/protobuf-es-codec.js";
import { Router } from "./router.js";

const none = {} as ServerContext;
const message = {} as Message;

function router(interceptors: readonly Interceptor[] = []): Router {
  return new Router({ interceptors }, new Map([["proto", protobufEsCodecs()]]));
}

function handlers(): Record<string, () => unknown> {
  return { unary: () => "u", serverStream: () => "s", clientStream: () => "c", bidi: () => "b" };
}

describe("services", () => {
  test("their methods are found by path, with their shapes", () => {
    const routes = router();
    routes.add(NotesService, handlers(), false);
    const shapes = ["Unary", "ServerStream", "ClientStream", "Bidi"].map((name) => {
      const method = routes.methodsOf("proto")?.get(`/test.Notes/${name}`);
      assert.equal(method?.path, `/test.Notes/${name}`);
      return [method.streamsRequest, method.streamsResponse, method.invoke(message, none)];
    });
    assert.deepEqual(shapes, [
      [false, false, "u"],
      [false, true, "s"],
      [true, false, "c"],
      [true, true, "b"],
    ]);
    assert.deepEqual(routes.services, [NotesService]);
  });

  test("an instance of a class serves with itself as `this`, and may have members of its own", () => {
    class Base {
      readonly name: string = "of the class";
      unary(): string {
        return `u ${this.name}`;
      }
    }
    class Notes extends Base {
      readonly other: number = 1;
      serverStream = (): string => this.name;
      clientStream(): string {
        return this.helper();
      }
      bidi(): string {
        return "b";
      }
      helper(): string {
        return "helped";
      }
    }
    const routes = router();
    routes.add(NotesService, new Notes(), false);
    assert.equal(routes.methodsOf("proto")?.get("/test.Notes/Unary")?.invoke(message, none), "u of the class");
    assert.equal(routes.methodsOf("proto")?.get("/test.Notes/ServerStream")?.invoke(message, none), "of the class");
    assert.equal(routes.methodsOf("proto")?.get("/test.Notes/ClientStream")?.invoke(message, none), "helped");
  });

  test("handlers of a plain object have it as `this`", () => {
    const routes = router();
    const impl = {
      ...handlers(),
      unary(): unknown {
        return this === impl;
      },
    };
    routes.add(NotesService, impl, false);
    assert.equal(routes.methodsOf("proto")?.get("/test.Notes/Unary")?.invoke(message, none), true);
  });

  test("interceptors are chained once per method", async () => {
    let made = 0;
    const interceptor: Interceptor = (next) => {
      made++;
      return next;
    };
    const routes = router([interceptor]);
    routes.add(NotesService, handlers(), false);
    assert.equal(made, 4);
  });
});

describe("mistakes", () => {
  test("handlers that are missing are all named; or allowed", () => {
    const routes = router();
    const { unary, bidi } = handlers();
    const partial = { unary, bidi, clientStream: undefined };
    assert.throws(() => routes.add(NotesService, partial, false), {
      name: "TypeError",
      message: /test\.Notes: no handler for serverStream, clientStream;.*allowMissing/,
    });
    assert.equal(routes.methodsOf("proto")?.get("/test.Notes/Unary"), undefined);
    assert.deepEqual(routes.services, []);
    routes.add(NotesService, partial, true);
    assert.ok(routes.methodsOf("proto")?.get("/test.Notes/Unary"));
    assert.equal(routes.methodsOf("proto")?.get("/test.Notes/ClientStream"), undefined);
    assert.equal(routes.explain("/test.Notes/ClientStream"), "unknown method ClientStream for service test.Notes");
  });

  test("a handler that is misspelt is told with what was meant, also where some may be missing", () => {
    assert.throws(
      () => router().add(NotesService, { ...handlers(), Unary: () => 1 }, true),
      /has no method "Unary": did you mean "unary"\?/,
    );
    const unknown = { ...handlers(), completelyElse: () => 1 };
    assert.throws(() => router().add(NotesService, unknown, false), /it has unary, serverStream, clientStream, bidi/);
    const bare: object = Object.assign(Object.create(null), unknown);
    assert.throws(() => router().add(NotesService, bare, false), /"completelyElse"/);
  });

  test("a handler that is no function, and an implementation that is no object", () => {
    for (const value of [5, "text", {}, null]) {
      const impl = { ...handlers(), unary: value };
      assert.throws(() => router().add(NotesService, impl, true), /the handler "unary" is no function/);
    }
    for (const impl of [null, undefined, 5]) {
      assert.throws(
        () => router().add(NotesService, impl as unknown as object, true),
        /needs the handlers of test\.Notes as an object, \{ unary: \.\.\. \}: got /,
      );
    }
  });

  test("a service that was added before", () => {
    const routes = router();
    routes.add(NotesService, handlers(), false);
    assert.throws(() => routes.add(NotesService, handlers(), false), /test\.Notes was added before/);
  });

  test("what all objects inherit is no handler", () => {
    assert.throws(() => router().add(OddService, {}, false), /no handler for hasOwnProperty/);
    const routes = router();
    routes.add(OddService, { hasOwnProperty: () => "own" }, false);
    assert.equal(routes.methodsOf("proto")?.get("/test.Odd/HasOwnProperty")?.invoke(message, none), "own");
  });

  test("a codec that cannot be made adds nothing", () => {
    const noCodec = (): never => {
      throw new Error("no codec");
    };
    const routes = new Router({}, new Map([["proto", noCodec]]));
    assert.throws(() => routes.add(NotesService, handlers(), false), { message: "no codec" });
    assert.deepEqual(routes.services, []);
  });
});

describe("paths that lead nowhere", () => {
  const routes = router();
  routes.add(NotesService, handlers(), false);

  test("malformed ones are found by nobody", () => {
    const paths = ["", "/", "test.Notes/Unary", "//test.Notes/Unary", "/test.Notes/Unary/", "/test.Notes/", "//Unary"];
    for (const path of [...paths, "*", "/test.Notes"]) {
      assert.equal(routes.methodsOf("proto")?.get(path), undefined, path);
      assert.match(routes.explain(path), /^malformed method name ".*": it must be \/package\.Service\/Method$/, path);
    }
  });

  test("unknown ones say what is unknown", () => {
    assert.equal(routes.explain("/test.Other/Unary"), "unknown service test.Other");
    assert.equal(routes.explain("/test.Notes/unary"), "unknown method unary for service test.Notes");
    assert.equal(routes.explain("/__proto__/constructor"), "unknown service __proto__");
    assert.equal(routes.methodsOf("proto")?.get("/test.Notes/Unary?x=1"), undefined);
  });

  test("the answer stays short, however long the path is", () => {
    for (const path of ["x".repeat(10_000), `/${"x".repeat(10_000)}/M`, `/test.Notes/${"x".repeat(10_000)}`]) {
      assert.ok(routes.explain(path).length < 300);
    }
  });
});
