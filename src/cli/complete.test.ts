import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { startHostile } from "./hostile-server.testing.js";
import { runMain } from "./io.testing.js";
import { type ShopServer, startShop } from "./server.testing.js";

/** What is offered for the last word, and what the shell does besides. */
async function offers(...words: readonly string[]): Promise<string[]> {
  const { code, stdout, stderr } = await runMain("__complete", "--", ...words);
  assert.deepEqual([code, stderr], [0, ""], words.join(" "));
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/\t.*/, ""));
}

describe("peregrine completion", () => {
  let shop: ShopServer;
  before(async () => {
    shop = await startShop();
    // What a first call costs, to compile code, is not to be a part of the time that the server has.
    await runMain("list", shop.host, "--methods");
  });
  after(() => shop.close());

  it("offers commands, and not those for programs", async () => {
    const all = await offers("");
    assert.ok(all.includes("call") && all.includes("completion") && all.includes("help"));
    assert.ok(!all.includes("__complete"));
    assert.deepEqual(await offers("li"), ["lint", "list", ":none"]);
    assert.deepEqual(await offers("help", "moc"), ["mock", ":none"]);
    assert.deepEqual(await offers("completion", ""), ["bash", "zsh", "fish", ":none"]);
    assert.doesNotMatch((await runMain("--help")).stdout, /__complete/);
  });

  it("offers options, and their values", async () => {
    assert.deepEqual(await offers("call", "--bearer-"), ["--bearer-env", "--bearer-file", ":none"]);
    assert.deepEqual(await offers("--debug", "bench", "--desc"), ["--descriptor-set", ":none"]);
    assert.deepEqual(await offers("--ver"), ["--version", ":none"]);
    assert.deepEqual(await offers("generate", "--runtime", "p"), ["peregrine", "protobuf-es", ":none"]);
    assert.deepEqual(await offers("generate", "--runtime=protobuf"), ["--runtime=protobuf-es", ":none"]);
    assert.deepEqual(await offers("call", "--ca", ""), [":files"]);
    assert.deepEqual(await offers("generate", "x", "--out", ""), [":dirs"]);
    assert.deepEqual(await offers("generate", ""), [":files"]);
    assert.deepEqual(await offers("call", "--timeout", ""), [":none"]);
  });

  it("offers services, methods and types of a server", async () => {
    const { host } = shop;
    assert.deepEqual(await offers("call", host, "shop"), ["shop.v1.Orders/", ":nospace"]);
    assert.deepEqual(await offers("call", host, "Ord"), ["Orders/", ":nospace"]);
    const methods = ["Place", "Split"].map((name) => `shop.v1.Orders/${name}`);
    assert.deepEqual(await offers("bench", "--tls=", host, "x"), [":none"]);
    assert.deepEqual((await offers("bench", "--rate", "5", host, "shop.v1.Orders/")).slice(0, 2), methods);
    assert.deepEqual(await offers("call", host, "-H", "a: b", "Orders/P"), ["Orders/Place", ":none"]);
    assert.deepEqual(await offers("health", host, "shop"), ["shop.v1.Orders", ":none"]);
    assert.deepEqual(await offers("list", host, "shop"), ["shop.v1.Orders", ":none"]);
    assert.deepEqual(await offers("describe", host, "shop.v1.Order"), ["shop.v1.Orders", "shop.v1.Order", ":none"]);
    assert.deepEqual(await offers("list", host, "shop.v1.Orders", ""), [":none"], "there is no third argument");
  });

  it("reads files where they are named", async () => {
    const files = ["--proto", shop.protoPath];
    assert.deepEqual(await offers("call", ...files, "nobody:1", "shop.v1.Orders/J"), ["shop.v1.Orders/Join", ":none"]);
    assert.deepEqual(await offers("list", ...files, ""), ["shop.v1.Orders", ":none"]);
    assert.deepEqual(await offers("call", ...files, ""), [":none"], "a host is needed, and not known");
  });

  it("offers only names of Protobuf's grammar, whatever a server claims", async () => {
    const claims = [
      "shop.$(touch x)",
      "shop.`x`",
      "shop.;x",
      "shop.a b",
      "shop.'x'",
      'shop."x"',
      "shop.\u001b[2J",
      "shop.*",
    ];
    const more = [
      "-rf",
      ":files",
      ":nospace",
      "shop.x\n:files",
      "shop..x",
      ".shop",
      "shop.1",
      "shop.é",
      "",
      "shop.x\ty",
      "evil.v1.Ev\u0456l",
    ];
    const hostile = await startHostile([...claims, ...more]);
    try {
      await runMain("list", hostile.host);
      for (const command of ["health", "list", "describe"]) {
        const offered = await offers(command, hostile.host, "");
        assert.deepEqual(
          offered.filter((one) => !/^(evil\.v1\.(Evil|Note|Rule)|:none)$/.test(one)),
          [],
          command,
        );
        assert.ok(command === "describe" || offered.includes("evil.v1.Evil"), command);
      }
      for (const typed of ["", "shop", "shop.", "-", ":", "Ev"]) {
        const offered = (await offers("call", hostile.host, typed)).filter((one) => !one.startsWith("--"));
        assert.deepEqual(
          offered.filter((one) => !/^((evil\.v1\.)?Evil\/|:nospace|:none)$/.test(one)),
          [],
          typed,
        );
      }
    } finally {
      await hostile.close();
    }
  });

  it("offers nothing of a file of descriptors with other names", async () => {
    const path = join(shop.dir, "hostile.binpb");
    const file = { name: "hostile.proto", package: "shop", service: [{ name: "Good" }, { name: "$(touch x)" }] };
    writeFileSync(path, toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [file] })));
    assert.deepEqual(await offers("call", "--descriptor-set", path, "h", "shop"), [":none"]);
    assert.deepEqual(await offers("describe", "--descriptor-set", path, ""), [":none"]);
  });

  it("prints no error, and does not wait for a server that does not answer", async () => {
    const wrong = [
      ["nothing", ""],
      ["call", "127.0.0.1:1", ""],
      ["call", "in valid", ""],
      ["call", "--proto", "/no/such", "h", ""],
      ["call", "--timeout", "soon", shop.host, ""],
      ["call", "--cert", "x", shop.host, ""],
      ["call", shop.host, "Nobody/"],
      [],
    ];
    for (const words of wrong) assert.equal((await offers(...words)).at(-1), ":none", words.join(" "));
    const mute = createServer((socket) => void socket.resume()).listen(0, "127.0.0.1");
    await once(mute, "listening");
    const host = `127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const startMs = performance.now();
    assert.deepEqual(await offers("call", host, ""), [":none"]);
    assert.ok(performance.now() - startMs < 5_000);
    await new Promise((resolve) => mute.close(resolve));
  });

  it("refuses other shells", async () => {
    const { code, stderr } = await runMain("completion", "tcsh");
    assert.equal(code, 2);
    assert.match(stderr, /Allowed choices are bash, zsh, fish/);
  });
});
