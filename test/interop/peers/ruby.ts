import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { runToEnd } from "../../../tools/processes.js";
import { officialNames, plainNames, without } from "../case-names.js";
import { Missing, type Peer, type Surroundings } from "./peer.js";
import { debianVersion, type Program, runClientProgram, startServerProgram } from "./programs.js";

/** The official interop client and server, which Debian's package of the Ruby gem carries. */
export async function prepareRuby({ runFolder, certificates }: Surroundings): Promise<Peer> {
  const version = await debianVersion("ruby-grpc");
  const gem = await gemFolder();
  const folder = join(runFolder, "ruby");
  // The programs look for the certificates beside themselves.
  const testdata = join(folder, "spec/testdata");
  mkdirSync(testdata, { recursive: true });
  for (const name of ["pb", "lib", "bin"]) symlinkSync(join(gem, "src/ruby", name), join(folder, name));
  copyFileSync(certificates.ca, join(testdata, "ca.pem"));
  copyFileSync(certificates.cert, join(testdata, "server1.pem"));
  copyFileSync(certificates.key, join(testdata, "server1.key"));
  const program = (script: string): Program => ({
    command: "ruby",
    args: [join(folder, "pb/test", script)],
    tlsFlags: () => ["--use_tls=true", "--use_test_ca=true"],
    plainFlags: ["--use_tls=false"],
  });
  const source = readFileSync(join(gem, "src/ruby/pb/test/client.rb"), "utf8");
  return {
    name: "Ruby gRPC",
    version: `Debian ${version}`,
    client: {
      cases: officialNames.filter((name) => source.includes(`  def ${name}\n`)),
      run: (name, target) => runClientProgram(program("client.rb"), name, target),
    },
    // It neither compresses as it is told nor gives a server id.
    server: {
      cases: without(plainNames, "pick_first_unary"),
      start: (certificate) => startServerProgram(program("server.rb"), certificate, () => ["--use_tls=true"]),
    },
  };
}

async function gemFolder(): Promise<string> {
  const { code, output } = await runToEnd("ruby", ["-e", "puts Gem::Specification.find_by_name('grpc').gem_dir"], {
    timeoutMs: 20_000,
  });
  if (code === 127) throw new Missing("there is no ruby command");
  const folder = output.trim().split("\n").at(-1) ?? "";
  if (code !== 0 || !existsSync(join(folder, "src/ruby/pb/test/client.rb"))) {
    throw new Missing("the installed grpc gem does not carry the interop programs");
  }
  return folder;
}
