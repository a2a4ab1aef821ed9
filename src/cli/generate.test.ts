import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { CliProcess, makeDir, put, runCli } from "./cli.testing.js";

const dirs: string[] = [];
after(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true });
});

const hello = `syntax = "proto3";
package hello;
import "shared/name.proto";
// Says hello.
service HelloService { rpc SayHello(HelloRequest) returns (HelloReply); }
message HelloRequest { shared.Name name = 1; }
message HelloReply { string message = 1; }
`;
const shared = 'syntax = "proto3";\npackage shared;\nmessage Name { string first = 1; }\n';
const bad = 'syntax = "proto3";\nmessage A {\n  Missing b = 1;\n}\n';

function project(files: Readonly<Record<string, string>> = {}): string {
  const dir = makeDir({ "protos/hello.proto": hello, "protos/shared/name.proto": shared, ...files });
  dirs.push(dir);
  return dir;
}

function read(dir: string, path: string): string {
  return readFileSync(join(dir, path), "utf8");
}

describe("peregrine generate", () => {
  it("writes a file for each .proto file, and the second time none", async () => {
    const dir = project();
    const first = await runCli(dir, "generate", "protos", "--out", "src/gen");
    assert.deepEqual(first, { code: 0, stdout: "2 files written to src/gen\n", stderr: "" });
    assert.match(read(dir, "src/gen/hello_pb.ts"), /\* Says hello\.[\s\S]*export const HelloService: GenService<\{/);
    assert.match(read(dir, "src/gen/hello_pb.ts"), /from "\.\/shared\/name_pb\.js";/);
    assert.deepEqual(readdirSync(join(dir, "src/gen")).sort(), ["hello_pb.ts", "shared"]);
    const second = await runCli(dir, "generate", "protos", "--out", "src/gen");
    assert.deepEqual(second, { code: 0, stdout: "0 files written, 2 unchanged to src/gen\n", stderr: "" });
  });

  it("takes a file with --include, and writes what it imports too", async () => {
    const dir = project();
    const args = ["generate", "protos/hello.proto", "--include", "protos", "--out", "gen", "--runtime", "protobuf-es"];
    const run = await runCli(dir, ...args, "--import-extension", ".ts", "--json");
    assert.equal(run.code, 0);
    assert.deepEqual(JSON.parse(run.stdout), {
      ok: true,
      out: "gen",
      written: ["hello_pb.ts", "shared/name_pb.ts"],
      unchanged: [],
      removed: [],
      diagnostics: [],
    });
    assert.match(
      read(dir, "gen/hello_pb.ts"),
      /from "@bufbuild\/protobuf\/codegenv2";[\s\S]*"\.\/shared\/name_pb\.ts"/,
    );
  });

  it("shows errors in their place, exits with 1 and writes nothing", async () => {
    const dir = project({ "protos/zbad.proto": bad });
    const run = await runCli(dir, "generate", "protos", "--out", "gen");
    assert.equal(run.code, 1);
    assert.equal(run.stdout, "");
    assert.match(
      run.stderr,
      /^protos\/zbad\.proto:3:3: error: .*Missing.*\n {2} {2}Missing b = 1;\n {4}\^\n1 error, nothing was written\n$/,
    );
    assert.equal(existsSync(join(dir, "gen")), false);
    const json = await runCli(dir, "generate", "protos", "--out", "gen", "--json");
    assert.equal(json.code, 1);
    const result = JSON.parse(json.stdout) as { ok: boolean; diagnostics: { line: number }[] };
    assert.equal(result.ok, false);
    assert.equal(result.diagnostics[0]?.line, 3);
  });

  it("removes what an earlier run made and this one does not, and nothing else", async () => {
    const dir = project();
    await runCli(dir, "generate", "protos", "--out", "gen", "--target", "js+dts", "--json-types", "--codec");
    assert.match(read(dir, "gen/hello_pb_code.js"), /"hello.HelloReply": \{/);
    assert.match(read(dir, "gen/hello_pb.d.ts"), /export declare type HelloRequestJson = \{/);
    put(dir, "gen/mine_pb.ts", "export {};\n");
    put(dir, "gen/copy/hello_pb.js", read(dir, "gen/hello_pb.js"));
    const kept = await runCli(dir, "generate", "protos", "--out", "gen", "--keep-stale");
    assert.equal(kept.stdout, "2 files written to gen\n");
    rmSync(join(dir, "protos/hello.proto"));
    const run = await runCli(dir, "generate", "protos", "--out", "gen", "--json");
    const result = JSON.parse(run.stdout) as { removed: string[]; unchanged: string[] };
    const stale = [
      ...["hello_pb.d.ts", "hello_pb.js", "hello_pb.ts", "hello_pb_code.js"],
      ...["shared/name_pb.d.ts", "shared/name_pb.js", "shared/name_pb_code.js"],
    ];
    assert.deepEqual([result.removed, result.unchanged], [stale, ["shared/name_pb.ts"]]);
    assert.deepEqual(readdirSync(join(dir, "gen"), { recursive: true }).sort(), [
      "copy",
      "copy/hello_pb.js",
      "mine_pb.ts",
      "shared",
      "shared/name_pb.ts",
    ]);
  });

  it("tells of paths and directories that cannot be used", async () => {
    const dir = project();
    const missing = await runCli(dir, "generate", "nope", "--out", "gen");
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /^peregrine: nope: no such file or directory .*: give \.proto files/);
    const json = await runCli(dir, "generate", "nope", "--out", "gen", "--json", "--watch");
    assert.equal(json.code, 1);
    assert.match((JSON.parse(json.stdout) as { error: string }).error, /nope: no such file/);
    const blocked = await runCli(dir, "generate", "protos", "--out", "protos/hello.proto");
    assert.deepEqual([blocked.code, blocked.stdout], [1, ""]);
    assert.match(
      blocked.stderr,
      /^peregrine: protos\/hello\.proto: the output directory is a file: give another --out\n$/,
    );
  });
});

describe("peregrine generate --watch", () => {
  it("writes again at each change, lives through errors, and ends at an interrupt", { timeout: 30_000 }, async () => {
    const dir = project();
    const watching = new CliProcess(dir, ["generate", "protos", "--out", "gen", "--watch"]);
    await watching.waitFor("stdout", "2 files written to gen\n");
    await watching.waitFor("stderr", "watching protos (Ctrl-C ends it)\n");

    put(dir, "protos/shared/name.proto", shared.replace("first", "last"));
    await watching.waitFor("stdout", "1 file written, 1 unchanged to gen\n");
    assert.match(read(dir, "gen/shared/name_pb.ts"), /last: string;/);

    put(dir, "protos/new.proto", bad);
    await watching.waitFor("stderr", "1 error, nothing was written\n");
    put(dir, "protos/new.proto", bad.replace("Missing", "string"));
    await watching.waitFor("stdout", "1 file written, 2 unchanged to gen\n");

    put(dir, "protos/deep/er/found.proto", shared.replace("shared", "found"));
    await watching.waitFor("stdout", "1 file written, 3 unchanged to gen\n");
    put(dir, "protos/deep/er/found.proto", shared.replace("shared", "found").replace("first", "other"));
    await watching.waitFor("stdout", "1 file written, 3 unchanged to gen\n");

    rmSync(join(dir, "protos"), { recursive: true });
    await watching.waitFor("stderr", "protos: no such file or directory");
    put(dir, "protos/again.proto", shared);
    await watching.waitFor("stdout", "1 file written, 4 stale removed to gen\n");

    watching.interrupt();
    assert.equal((await watching.ended()).code, 0);
  });
});

describe("imports of peregrine generate", () => {
  const user = 'syntax = "proto3";\npackage user;\nimport "pkg/api/x.proto";\nmessage User { x.X x = 1; }\n';
  const x = 'syntax = "proto3";\npackage x;\nmessage X { option deprecated = true; }\n';

  it("come from installed packages, and are written too unless they are mapped", async () => {
    const dir = makeDir({ "protos/user.proto": user, "node_modules/pkg/api/x.proto": x });
    dirs.push(dir);
    const run = await runCli(dir, "generate", "protos", "--out", "gen", "--json");
    const result = JSON.parse(run.stdout) as { written: string[]; diagnostics: { message: string }[] };
    assert.deepEqual(result.written, ["pkg/api/x_pb.ts", "user_pb.ts"]);
    assert.deepEqual(
      result.diagnostics.map((one) => one.message),
      ['"x.X" is deprecated.'],
    );
    const mapped = await runCli(
      dir,
      "generate",
      "protos",
      "--out",
      "gen",
      "--map-imports",
      "pkg/**:pkg-gen",
      "--ts-nocheck",
    );
    assert.equal(mapped.stdout, "1 file written, 1 stale removed to gen\n");
    assert.match(read(dir, "gen/user_pb.ts"), /\/\/ @ts-nocheck\n[\s\S]*from "pkg-gen\/pkg\/api\/x_pb\.js";/);
  });

  it("begin in the modules of buf.yaml, which are generated where no paths are given", async () => {
    const dir = makeDir({
      "buf.yaml": "version: v2\nmodules: [{path: a, excludes: [a/old]}, {path: b}]\n",
      "a/one/one.proto":
        'syntax = "proto3";\npackage one;\nimport "two/two.proto";\nmessage One { two.Two two = 1; }\n',
      "a/old/old.proto": "what was this?",
      "b/two/two.proto": 'syntax = "proto3";\npackage two;\nmessage Two {}\n',
      "c/three.proto": "not in a module",
    });
    dirs.push(dir);
    const all = await runCli(dir, "generate", "--out", "gen");
    assert.deepEqual(all, { code: 0, stdout: "2 files written to gen\n", stderr: "" });
    const one = await runCli(dir, "generate", "a/one/one.proto", "--out", "gen", "--json");
    assert.deepEqual((JSON.parse(one.stdout) as { unchanged: string[] }).unchanged, ["one/one_pb.ts", "two/two_pb.ts"]);
    put(dir, "buf.yaml", "version: v2\nmodules: [");
    const broken = await runCli(dir, "generate", "--out", "gen");
    assert.equal(broken.code, 1);
    assert.match(broken.stderr, /^peregrine: buf\.yaml: not valid YAML: .*\n$/);
    rmSync(join(dir, "buf.yaml"));
    const none = await runCli(dir, "generate", "--out", "gen");
    assert.deepEqual([none.code, none.stdout], [2, ""]);
    assert.match(none.stderr, /^peregrine: no PATHS, and no buf\.yaml in this directory: give .*\n$/);
  });

  it("that fail are all told, file by file and place by place, with warnings among them", async () => {
    const dir = makeDir({
      "protos/a.proto": `syntax = "proto3";\npackage a;\nimport "none/n.proto";\nimport "pkg/n.proto";\n`,
      "protos/b.proto": `${user.replace("package user", "package b")}message B {\n  Missing m = 1;\n  int32 m = 1;\n}\n`,
      "protos/c.proto":
        'syntax = "proto3";\npackage c;\nimport "a.proto";\nmessage C { Gone g = 1 }\nmessage D { int32 = 2; }\n',
      "protos/d.proto": 'syntax = "proto3";\npackage d;\nmessage D { Gone g = 1; }\n',
      "node_modules/pkg/api/x.proto": x,
    });
    dirs.push(dir);
    const run = await runCli(dir, "generate", "protos", "--out", "gen");
    assert.equal(run.code, 1);
    const heads = run.stderr.split("\n").filter((line) => /^\S+:\d+:\d+: /.test(line));
    assert.deepEqual(
      heads.map((line) => line.replace(/^protos\//, "").replace(/(not found|defined|expected|used).*$/i, "$1")),
      [
        'a.proto:3:8: error: Import "none/n.proto" was not found',
        'a.proto:4:8: error: Import "pkg/n.proto" was not found',
        'b.proto:4:16: warning: "x.X" is deprecated.',
        'b.proto:6:3: error: "Missing" is not defined',
        'b.proto:7:9: error: "m" is already defined',
        "b.proto:7:13: error: Field number 1 has already been used",
        "c.proto:4:24: error: Expected",
        "c.proto:5:19: error: Expected",
        'd.proto:3:13: error: "Gone" is not defined',
      ],
    );
    assert.match(heads[0] ?? "", /Searched in protos, and for a package "none" in node_modules of protos and above/);
    assert.match(heads[1] ?? "", /Searched in protos, and for n\.proto in the package node_modules\/pkg\. Add the/);
    assert.match(run.stderr, /\n8 errors, nothing was written\n$/);
  });
});
