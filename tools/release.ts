import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.js";
import { isMain, root } from "./files.js";
import { checkPacked } from "./packed.js";

// Builds the tarball that is published, and uses it as a stranger would: installed from the file into an empty folder,
// with the dependencies from the registry that npm is set to.

const proto = `syntax = "proto3";
package hello;
service HelloService { rpc SayHello(HelloRequest) returns (HelloReply); }
message HelloRequest { string name = 1; }
message HelloReply { string message = 1; }
`;

const program = `import { Channel, Server } from "peregrine";
import { HelloService } from "./gen/hello_pb.js";

const server = new Server();
server.add(HelloService, { sayHello: (request) => ({ message: "Hello, " + request.name }) });
const address = await server.listen("127.0.0.1:0");
{
  await using channel = new Channel(\`\${address}\`);
  const { message } = await channel.client(HelloService).sayHello({ name: "release" }, { timeoutMs: 5_000 });
  console.log(message);
}
await server.close();
`;

const config = {
  compilerOptions: {
    target: "ES2022",
    lib: ["ES2023", "ESNext.Disposable"],
    types: ["node"],
    module: "NodeNext",
    strict: true,
    skipLibCheck: false,
    outDir: "dist",
  },
  include: ["*.ts", "gen/*.ts"],
};

/** @returns the path of the tarball */
export function pack(into: string): string {
  mkdirSync(into, { recursive: true });
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", into];
  const output = execFileSync("npm", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const [{ filename }] = JSON.parse(output) as [{ filename: string }];
  return join(into, filename);
}

/** Installs a tarball into an empty folder, generates, type-checks and runs a program with it. */
function tryOut(tarball: string): void {
  const folder = mkdtempSync(join(tmpdir(), "peregrine-release-"));
  const run = (command: string, ...args: string[]): string =>
    execFileSync(command, args, {
      cwd: folder,
      encoding: "utf8",
      timeout: 180_000,
      stdio: ["ignore", "pipe", "inherit"],
    });
  try {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "try-out", private: true, type: "module" }));
    writeFileSync(join(folder, "hello.proto"), proto);
    writeFileSync(join(folder, "main.ts"), program);
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", tarball, "typescript@7", "@types/node@20");
    run("npx", "peregrine", "generate", ".", "--out", "gen");
    run("npx", "tsc");
    const said = run(process.execPath, "dist/main.js");
    if (said !== "Hello, release\n") throw new Error(`the program said ${JSON.stringify(said)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main(): Promise<number> {
  if ((await build()) !== 0 || checkPacked() !== 0) return 1;
  const tarball = pack(join(root, ".cache/release"));
  tryOut(tarball);
  console.log(
    `release: ${tarball} was packed, installed elsewhere, type-checked and run; publish it with npm publish FILE`,
  );
  return 0;
}

if (isMain(import.meta.url)) process.exitCode = await main();
