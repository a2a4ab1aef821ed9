import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { amount } from "../../src/base/amount.testing.js";
import { makeDir, runCli } from "../../src/cli/cli.testing.js";
import { rootDir } from "./corpus.js";

const buf = join(rootDir, "node_modules/.bin/buf");
const dirs: string[] = [];
after(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true });
});

type Files = Readonly<Record<string, string>>;

function made(files: Files): string {
  const dir = makeDir(files);
  dirs.push(dir);
  return dir;
}

/** What `buf` finds, as `path:line:column RULE`. */
function byBuf(dir: string, ...args: readonly string[]): string[] {
  const { stdout, stderr, status } = spawnSync(buf, [...args, "--error-format=json"], { cwd: dir, encoding: "utf8" });
  assert.ok(status === 0 || status === 100, stderr);
  const lines = stdout.split("\n").filter((line) => line !== "");
  const found = lines.map(
    (line) => JSON.parse(line) as { path?: string; start_line?: number; start_column?: number; type: string },
  );
  return found.map((one) => `${one.path ?? ""}:${one.start_line ?? 1}:${one.start_column ?? 1} ${one.type}`);
}

async function byUs(dir: string, ...args: readonly string[]): Promise<string[]> {
  const { stdout, stderr } = await runCli(dir, ...args, "--json");
  assert.equal(stderr, "");
  const { findings } = JSON.parse(stdout) as {
    findings?: { rule: string; file: string; line: number; column: number }[];
  };
  assert.ok(findings, stdout);
  return findings.map((one) => `${one.file}:${one.line}:${one.column} ${one.rule}`);
}

const sorted = (found: readonly string[]): string[] => [...new Set(found)].sort();

const linted: Files = {
  "p/a/v1/a.proto": `syntax = "proto3";
package a.v1;
import "b/v1/b.proto";
import "google/protobuf/empty.proto";
option go_package = "x/a";
option java_multiple_files = true;
option swift_prefix = "A";
// buf:lint:ignore MESSAGE_PASCAL_CASE
message ignored_one { b.v1.B b = 1; }
message bad_one { string aB = 1; }
enum E { E_NONE = 0; E_ONE = 1; }
service Things {
  rpc Same(ignored_one) returns (ignored_one);
  rpc Nothing(google.protobuf.Empty) returns (google.protobuf.Empty);
  rpc Also(google.protobuf.Empty) returns (AlsoResponse);
  rpc Up(stream UpRequest) returns (UpResponse);
  rpc Down(DownRequest) returns (stream DownResponse);
}
message AlsoResponse {} message UpRequest {} message UpResponse {} message DownRequest {} message DownResponse {}
`,
  "p/a/v1/b.proto": `syntax = "proto3";\npackage a.v1;\noption go_package = "x/b";\noption java_package = "x";\noption csharp_namespace = "X";
option php_namespace = "X";\noption ruby_package = "X";\nmessage other_bad {}\n`,
  "p/b/v1/b.proto": `syntax = "proto3";\npackage b.v1;\nimport "c/v1beta1/c.proto";\nimport "d/v1/d.proto";
message B { c.v1beta1.C c = 1; d.v1.D d = 2; }\n`,
  "p/b/v1/empty.proto": `syntax = "proto3";\npackage b.v1;\nmessage E {}\n`,
  "p/c/v1beta1/c.proto": `syntax = "proto3";\npackage c.v1beta1;\nimport "a/v1/b.proto";\nmessage C { a.v1.other_bad o = 1; }\n`,
  "p/d/v1/d.proto": 'syntax = "proto2";\npackage d.v1;\nmessage D { required string r = 1; }\n',
  "q/e/v1/e.proto": 'syntax = "proto3";\npackage e.v1;\nmessage bad_e {}\nservice S {}\n',
};

const modules = "modules: [{path: p}, {path: q}]\n";

/** What buf.yaml says. */
const lintConfigs: readonly string[] = [
  modules,
  `${modules}lint: {use: [MINIMAL]}`,
  `${modules}lint: {use: [BASIC, COMMENTS]}`,
  `${modules}lint: {use: [UNARY_RPC, STABLE_PACKAGE_NO_IMPORT_UNSTABLE, PACKAGE_NO_IMPORT_CYCLE]}`,
  `${modules}lint: {except: [BASIC, SERVICE_SUFFIX]}`,
  `${modules}lint: {ignore: [p/a, q/e/v1/e.proto]}`,
  `${modules}lint: {ignore_only: {MESSAGE_PASCAL_CASE: [p/a/v1/a.proto], MINIMAL: [p/c], STANDARD: [q/e]}}`,
  `${modules}lint: {enum_zero_value_suffix: _NONE, service_suffix: Things}`,
  `${modules}lint: {rpc_allow_same_request_response: true}`,
  `${modules}lint: {rpc_allow_google_protobuf_empty_requests: true}`,
  `${modules}lint: {rpc_allow_google_protobuf_empty_responses: true, rpc_allow_google_protobuf_empty_requests: true}`,
  `${modules}lint: {disallow_comment_ignores: true}`,
  "modules:\n  - {path: p, lint: {use: [MESSAGE_PASCAL_CASE]}}\n  - {path: q, lint: {service_suffix: S, ignore: [q/e]}}\nlint: {use: [COMMENTS]}",
  "modules:\n  - {path: p}\n  - {path: q, lint: {use: [COMMENT_MESSAGE]}}\nlint: {use: [SERVICE_SUFFIX]}",
];

/** `buf` takes a second to start: all configurations are tried where all inputs are asked for. */
function some<T>(all: readonly T[], few: number): T[] {
  const step = all.length / amount(few, all.length);
  return all.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}

describe("peregrine lint with a buf.yaml", () => {
  for (const config of some(lintConfigs, 4)) {
    it(`finds what buf lint does: ${config.replaceAll("\n", " ")}`, async () => {
      const dir = made({ ...linted, "buf.yaml": `version: v2\n${config}\n` });
      assert.deepEqual(sorted(await byUs(dir, "lint")), sorted(byBuf(dir, "lint")));
    });
  }

  for (const config of [
    "",
    "lint: {allow_comment_ignores: true}",
    "lint: {use: [DEFAULT], ignore: [a/v1/b.proto, c]}",
  ]) {
    it(`finds what buf lint does with version 1: ${config}`, async () => {
      const inModule = Object.entries(linted).filter(([path]) => path.startsWith("p/"));
      const files = Object.fromEntries(inModule.map(([path, text]) => [path.slice(2), text]));
      const dir = made({ ...files, "buf.yaml": `version: v1\n${config}\n` });
      assert.deepEqual(sorted(await byUs(dir, "lint")), sorted(byBuf(dir, "lint")));
    });
  }

  it("refuses what it does not know, with the likely spelling", async () => {
    for (const [config, message] of [
      ["lint: {use: [STANDRAD]}", /"STANDRAD" is no rule or group of rules: did you mean STANDARD\?/],
      [
        "lint: {ignore_only: {MESSAGE_PASCAL: [a]}}",
        /"MESSAGE_PASCAL" is no rule .*: did you mean MESSAGE_PASCAL_CASE\?/,
      ],
      ["lint: {servce_suffix: API}", /"servce_suffix" is no key of lint: did you mean service_suffix\?/],
      ["lint: {allow_comment_ignores: true}", /"allow_comment_ignores" is no key of lint/],
      ["lint: {rpc_allow_same_request_response: 1}", /rpc_allow_same_request_response must be true or false/],
      ["lnit: {use: [BASIC]}", /"lnit" is no key of buf\.yaml: did you mean lint\?/],
      ["breaking: {use: [FIEL]}", /"FIEL" is no rule or group of rules: did you mean FILE\?/],
      ["breaking: {ignor: [a]}", /"ignor" is no key of breaking: did you mean ignore\?/],
    ] as const) {
      const dir = made({ "a.proto": 'syntax = "proto3";', "buf.yaml": `version: v2\n${config}\n` });
      const command = config.startsWith("breaking") ? ["breaking", "--against", "."] : ["lint"];
      const { code, stderr } = await runCli(dir, ...command);
      assert.notEqual(code, 0);
      assert.match(stderr, message);
    }
  });
});

/** Features of languages, on the file and on a field. */
const features = (file: string, field: string): string => `edition = "2023";
package f.v1;
import "google/protobuf/cpp_features.proto";
import "google/protobuf/java_features.proto";
${file}
message M {
  string a = 1;
  string b = 2 [${field}];
  message In { string c = 1; bytes d = 2; string e = 3 [ctype = CORD]; } }
`;

const before: Files = {
  "f/v1/a.proto": features("option features.(pb.cpp).string_type = VIEW;", "features.(pb.cpp).string_type = CORD"),
  "f/v1/b.proto": features("", "features.(pb.java).utf8_validation = DEFAULT").replaceAll("M ", "N "),
  "a/v1/a.proto": `syntax = "proto2";\npackage a.v1;\nimport "google/protobuf/descriptor.proto";
option java_string_check_utf8 = false;
message M { optional string s = 1; optional string t = 2 [ctype = CORD]; optional int32 gone = 3; extensions 100 to 200;
  message Inner { } optional string u = 4; }
extend M { optional string ext = 100; optional int32 other = 101; }
message Moved {} message Gone { message Deep {} }
enum E { A = 0; B = 1; } enum MovedEnum { X = 0; }
service S { rpc R(M) returns (M); } service MovedService {}
`,
  "a/v1/b.proto": 'syntax = "proto3";\npackage a.v1;\nmessage InB { string s = 1; }\n',
  "a/v1/gone.proto": 'syntax = "proto3";\npackage a.v1;\nmessage InGone {}\n',
  "b/v1beta1/b.proto": 'syntax = "proto3";\npackage b.v1beta1;\nmessage Un { int32 a = 1; }\n',
  "c/v1/c.proto": 'syntax = "proto3";\npackage c.v1;\nmessage C {}\nenum CE { CE_A = 0; }\n',
};
const now: Files = {
  "f/v1/a.proto": features("", "features.(pb.cpp).string_type = VIEW"),
  "f/v1/b.proto": features(
    "option features.(pb.java).utf8_validation = VERIFY;",
    "features.(pb.java).utf8_validation = DEFAULT",
  ).replaceAll("M ", "N "),
  "a/v1/a.proto": `syntax = "proto2";\npackage a.v1;\nimport "google/protobuf/descriptor.proto";
option java_string_check_utf8 = true;
message M { option no_standard_descriptor_accessor = true; optional string s = 1 [ctype = CORD]; optional string t = 2;
  extensions 100 to 200; optional bytes u = 4; }
extend M { optional string renamed = 100; optional int64 other = 101; }
enum E { A = 0; }
service S { }
`,
  "a/v1/b.proto":
    'syntax = "proto3";\npackage a.v1;\nmessage InB { string s = 1; }\nmessage Moved {}\nenum MovedEnum { X = 0; }\nservice MovedService {}\n',
  "b/v1beta1/b.proto": 'syntax = "proto3";\npackage b.v1beta1;\nmessage Un { string a = 1; }\n',
};

const breakingConfigs: readonly string[] = [
  "",
  "breaking: {use: [FILE]}",
  "breaking: {use: [PACKAGE]}",
  "breaking: {use: [CSR]}",
  "breaking: {use: [WIRE_JSON]}",
  "breaking: {use: [WIRE]}",
  "breaking: {use: [FILE], except: [FIELD_NO_DELETE, FILE_NO_DELETE]}",
  "breaking: {use: [FILE], ignore: [a, c/v1/c.proto]}",
  "breaking: {use: [PACKAGE], ignore_only: {FIELD_SAME_TYPE: [a/v1/a.proto], PACKAGE_NO_DELETE: [c]}}",
  "breaking: {use: [FILE], ignore_unstable_packages: true}",
];

/** buf gives no place to what is gone; we say where it was. What an option of the file changes it tells there, we at the field. */
function compared(found: string): string {
  const [place = "", rule = ""] = found.split(" ");
  if (/^(PACKAGE_|FILE_|MESSAGE_|ENUM_|SERVICE_|EXTENSION_)(?:[A-Z]+_)?NO_DELETE$/.test(rule)) return rule;
  return /^FIELD_SAME_(?:JAVA_UTF8_VALIDATION|CPP_STRING_TYPE)$/.test(rule) ? `${place.split(":")[0]} ${rule}` : found;
}

describe("peregrine breaking with a buf.yaml", () => {
  for (const version of ["v1", "v2"]) {
    for (const config of some(breakingConfigs, 2)) {
      if (version === "v1" && config.includes("CSR")) continue;
      it(`finds what buf breaking does: ${version} ${config}`, async () => {
        const dir = made({ ...now, "buf.yaml": `version: ${version}\n${config}\n` });
        const old = made({ ...before, "buf.yaml": `version: ${version}\n` });
        const theirs = byBuf(dir, "breaking", "--against", old);
        const ours = await byUs(dir, "breaking", "--against", old);
        assert.deepEqual(sorted(ours.map(compared)), sorted(theirs.map(compared)));
      });
    }
  }
});
