import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { create } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import { loadProtoSync } from "peregrine/proto";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const dirs: string[] = [];
after(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true });
});

const proto = `syntax = "proto3";
package accounts;
import "buf/validate/validate.proto";
service Accounts { rpc Open(OpenRequest) returns (OpenReply); }
message OpenRequest {
  string email = 1 [(buf.validate.field).string.email = true];
  int32 age = 2 [(buf.validate.field).int32 = {gte: 18, lt: 200}];
  Owner owner = 3 [(buf.validate.field).required = true];
  option (buf.validate.message).cel = {
    id: "owner.mail", message: "the owner must not be the address", expression: "this.owner.name != this.email"
  };
}
message Owner { string name = 1 [(buf.validate.field).string.min_len = 2]; }
message OpenReply { string id = 1; }
`;

/** A server that validates all requests by an interceptor, and its client. */
const main = `import { createValidator, violationsToProto } from "@bufbuild/protovalidate";
import { ViolationsSchema } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { Channel, detail, type Interceptor, RpcError, Server, Status } from "peregrine";
import { Accounts, type OpenRequest, type OpenRequestValid } from "./gen/accounts_pb.js";

const validator = createValidator();
const validation: Interceptor = (next) => async (request) => {
  if (request.stream) return next(request);
  const result = validator.validate(request.method.input, await request.message);
  if (result.kind === "error") throw result.error;
  if (result.kind === "valid") return next(request);
  const [violations] = violationsToProto(result.violations);
  throw new RpcError(Status.INVALID_ARGUMENT, result.error.message, { details: [detail(ViolationsSchema, violations)] });
};

export const ownerOf = (request: OpenRequestValid): string => request.owner.name;
// @ts-expect-error the owner may be missing where nobody has looked
export const ownerOfAny = (request: OpenRequest): string => request.owner.name;

await using server = new Server({ interceptors: [validation] });
server.add(Accounts, { open: (request) => ({ id: ownerOf(request as OpenRequestValid) }) });
await using channel = new Channel(await server.listen("127.0.0.1:0"));
const accounts = channel.client(Accounts);
const { id } = await accounts.open({ email: "a@b.example", age: 20, owner: { name: "Alice" } });
console.log(id);
try {
  await accounts.open({ email: "none", age: 3, owner: { name: "none" } });
} catch (error) {
  if (!(error instanceof RpcError)) throw error;
  console.log(error.codeName);
  for (const { violations } of error.findDetails(ViolationsSchema)) {
    for (const { field, ruleId } of violations) console.log(field?.elements.map((one) => one.fieldName).join("."), ruleId);
  }
}
`;

function write(dir: string, path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}

/** A project that has peregrine and protovalidate installed. */
function project(): string {
  const dir = mkdtempSync(join(tmpdir(), "peregrine-validate-"));
  dirs.push(dir);
  mkdirSync(join(dir, "node_modules"));
  symlinkSync(root, join(dir, "node_modules/peregrine"));
  symlinkSync(join(root, "node_modules/@bufbuild"), join(dir, "node_modules/@bufbuild"));
  write(dir, "protos/accounts.proto", proto);
  return dir;
}

function generate(dir: string, ...args: readonly string[]): void {
  const run = spawnSync(process.execPath, [join(root, "bin/peregrine.js"), "generate", "protos", ...args], {
    cwd: dir,
  });
  assert.equal(run.stderr.toString(), "");
  assert.equal(run.status, 0);
}

describe("rules of protovalidate", () => {
  it("are read from the package, and hold in an interceptor of a project that compiles strictly", () => {
    const dir = project();
    generate(dir, "--out", "src/gen", "--valid-types", "protovalidate_required", "--json-types");
    const compilerOptions = {
      target: "ES2022",
      lib: ["ES2024", "ESNext.Disposable"],
      module: "NodeNext",
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      typeRoots: [join(root, "node_modules/@types")],
      types: ["node"],
      skipDefaultLibCheck: true,
      rootDir: "src",
      outDir: "out",
    };
    write(dir, "package.json", '{ "type": "module" }');
    write(dir, "tsconfig.json", JSON.stringify({ compilerOptions, include: ["src"] }));
    write(dir, "src/main.ts", main);
    const tsc = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", dir]);
    assert.equal(tsc.stdout.toString(), "");
    const output = execFileSync(process.execPath, ["out/main.js"], { cwd: dir, encoding: "utf8", timeout: 30_000 });
    assert.deepEqual(output.trimEnd().split("\n"), [
      "Alice",
      "INVALID_ARGUMENT",
      "email string.email",
      "age int32.gte_lt",
      "undefined owner.mail",
    ]);
  });

  it("hold for files that are loaded when the program runs", () => {
    const schema = loadProtoSync(join(project(), "protos")).message("accounts.OpenRequest");
    const validator = createValidator();
    const good = create(schema, { email: "a@b.example", age: 20, owner: { name: "Alice" } });
    assert.equal(validator.validate(schema, good).kind, "valid");
    const result = validator.validate(schema, create(schema, { email: "a@b.example", age: 17 }));
    assert.deepEqual(
      result.violations?.map((one) => one.ruleId),
      ["int32.gte_lt", "required"],
    );
  });
});
