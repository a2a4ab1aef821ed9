import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { makeDir } from "./cli.testing.js";
import type { CliIo } from "./io.js";
import { main } from "./main.js";

const dirs: string[] = [];
after(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true });
});

const protos = {
  "protos/z/base.proto": 'syntax = "proto3";\npackage z;\n// A base.\nmessage Base {}\n',
  "protos/a/app.proto":
    'syntax = "proto3";\npackage a;\nimport "z/base.proto";\nimport "opt/opt.proto";\n' +
    'message App {\n  z.Base base = 1 [(opt.note) = "n"];\n}\n',
  "more/opt/opt.proto":
    'syntax = "proto2";\npackage opt;\nimport "google/protobuf/descriptor.proto";\n' +
    "extend google.protobuf.FieldOptions {\n  optional string note = 50000 [retention = RETENTION_SOURCE];\n}\n",
};

function project(files: Readonly<Record<string, string>> = protos): string {
  const dir = makeDir(files);
  dirs.push(dir);
  return dir;
}

/** Runs in this process, with paths that are whole. */
async function run(...args: readonly string[]): Promise<{ code: number; stdout: Buffer; stderr: string }> {
  const chunks: Buffer[] = [];
  let stderr = "";
  const io: CliIo = {
    stdout: (output) => void chunks.push(Buffer.from(output)),
    stderr: (output) => {
      stderr += Buffer.from(output).toString();
    },
    readStdin: async () => new Uint8Array(),
    colorStderr: false,
    onInterrupt: () => () => undefined,
    openStdin: () => assert.fail("nothing is read"),
    stdinIsTerminal: false,
    stdoutReady: async () => undefined,
  };
  return { code: await main(["build", ...args], io), stdout: Buffer.concat(chunks), stderr };
}

function filesOf(bytes: Uint8Array): FileDescriptorProto[] {
  return fromBinary(FileDescriptorSetSchema, bytes).file;
}

const namesOf = (bytes: Uint8Array): string[] => filesOf(bytes).map((file) => file.name);

describe("peregrine build", () => {
  it("writes a descriptor set, imports before importers, with source info", async () => {
    const dir = project();
    const out = join(dir, "new/out.binpb");
    const include = ["--include", join(dir, "protos"), "--include", join(dir, "more")];
    const { code, stdout, stderr } = await run(join(dir, "protos"), ...include, "--out", out);
    assert.deepEqual([code, stdout.length, stderr], [0, 0, ""]);
    const bytes = readFileSync(out);
    assert.deepEqual(namesOf(bytes), [
      "z/base.proto",
      "google/protobuf/descriptor.proto",
      "opt/opt.proto",
      "a/app.proto",
    ]);
    const [base, , , app] = filesOf(bytes);
    assert.ok(base?.sourceCodeInfo?.location.some((one) => one.leadingComments === " A base.\n"));
    // An option of retention SOURCE, as bytes that this program does not know.
    assert.equal(app?.messageType[0]?.field[0]?.options?.$unknown?.[0]?.no, 50000);
    const piped = await run(join(dir, "protos"), ...include, "-o", "-");
    assert.equal(Buffer.compare(piped.stdout, bytes), 0);
  });

  it("leaves out imports and source info", async () => {
    const dir = project();
    const args = [join(dir, "protos"), "--include", join(dir, "protos"), "--include", join(dir, "more"), "--out", "-"];
    const own = await run(...args, "--exclude-imports");
    assert.deepEqual(namesOf(own.stdout), ["z/base.proto", "a/app.proto"]);
    const bare = await run(...args, "--exclude-source-info");
    assert.deepEqual(
      filesOf(bare.stdout).map((file) => file.sourceCodeInfo),
      [undefined, undefined, undefined, undefined],
    );
  });

  it("writes JSON with the names of custom options, by the ending or when told", async () => {
    const dir = project();
    const args = [join(dir, "protos"), "--include", join(dir, "protos"), "--include", join(dir, "more")];
    const out = join(dir, "out.json");
    assert.equal((await run(...args, "--out", out, "--exclude-imports")).code, 0);
    const text = readFileSync(out, "utf8");
    const set = JSON.parse(text) as { file: { name: string; messageType: { field: { options: object }[] }[] }[] };
    assert.deepEqual(
      set.file.map((file) => file.name),
      ["z/base.proto", "a/app.proto"],
    );
    assert.deepEqual(set.file[1]?.messageType[0]?.field[0]?.options, { "[opt.note]": "n" });
    const told = await run(...args, "--out", "-", "--format", "json", "--exclude-imports");
    assert.equal(told.stdout.toString(), text);
  });

  it("writes nothing while there are errors, and tells them with their places", async () => {
    const dir = project({ "p/a.proto": 'syntax = "proto3";\nmessage A {\n  Nothing n = 1;\n}\n' });
    const out = join(dir, "out.binpb");
    const { code, stderr } = await run(join(dir, "p"), "--out", out);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /a\.proto:3:3: error: "Nothing" is not defined\.\n {4}Nothing n = 1;\n {4}\^\nnothing was written\n$/,
    );
    assert.equal(existsSync(out), false);
    const json = await run(join(dir, "p"), "--out", out, "--json");
    const result = JSON.parse(json.stdout.toString()) as { ok: boolean; diagnostics: { line: number }[] };
    assert.deepEqual([json.code, result.ok, result.diagnostics[0]?.line], [1, false, 3]);
  });

  it("tells the result as JSON, with warnings", async () => {
    const dir = project({ "p/a.proto": "message A {}\n" });
    const out = join(dir, "out.binpb");
    const { code, stdout } = await run(join(dir, "p"), "--out", out, "--json");
    const result = JSON.parse(stdout.toString()) as { ok: boolean; out: string; files: number; diagnostics: unknown[] };
    assert.deepEqual([code, result.ok, result.out, result.files, result.diagnostics.length], [0, true, out, 1, 1]);
  });

  const wrong: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["p", "--out", "x.binpb.gz"], 2, /--out x\.binpb\.gz: \.gz is not a form that can be written/],
    [["p", "--out", "-", "--json"], 2, /--json and --out - both take the standard output/],
    [["p"], 2, /required option '-o, --out <file>' not specified/],
    [["p", "--out", "x", "--format", "yaml"], 2, /Allowed choices are binpb, json/],
    [["no-such-directory", "--out", "x"], 1, /no-such-directory: no such file or directory/],
  ];
  for (const [args, code, message] of wrong) {
    it(`refuses build ${args.join(" ")}`, async () => {
      const result = await run(...args);
      assert.equal(result.code, code);
      assert.match(args.includes("--json") ? result.stdout.toString() : result.stderr, message);
    });
  }

  it("tells a file that cannot be written", async () => {
    const dir = project({ "p/a.proto": 'syntax = "proto3";\n' });
    const { code, stderr } = await run(join(dir, "p"), "--out", join(dir, "p"));
    assert.equal(code, 1);
    assert.match(stderr, /--out .*: cannot be written: EISDIR/);
  });
});
