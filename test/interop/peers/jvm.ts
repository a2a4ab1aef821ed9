import { readdirSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "../../../tools/processes.js";
import { plainNames, without } from "../case-names.js";
import { buildOnce } from "./builds.js";
import { testFolder } from "./folders.js";
import { resolveClassPath } from "./maven.js";
import type { Peer, PeerServer, Prepare, Surroundings } from "./peer.js";
import { install, type Program, runClientProgram } from "./programs.js";

const kotlin = "2.2.21";
const grpcJava = "1.78.0";
const grpcKotlin = "1.5.0";
const armeria = "1.36.0";
const wire = "6.4.7";

/** Messages, and the official handlers, are those that grpc-java publishes. */
const libraries = [
  `org.jetbrains.kotlin:kotlin-stdlib:${kotlin}`,
  `com.linecorp.armeria:armeria-grpc:${armeria}`,
  `io.grpc:grpc-interop-testing:${grpcJava}`,
  `io.grpc:grpc-kotlin-stub:${grpcKotlin}`,
  `com.squareup.wire:wire-grpc-client-jvm:${wire}`,
];
/** Armeria asks for another Netty than grpc-netty; grpc-netty-shaded carries its own. */
const libraryOptions = { bom: `io.grpc:grpc-bom:${grpcJava}`, without: "io.grpc:grpc-netty" };
const compilers = [
  `org.jetbrains.kotlin:kotlin-compiler-embeddable:${kotlin}`,
  `com.squareup.wire:wire-compiler:${wire}`,
];
/** Also their cases take long, with a virtual machine started for each. One build makes all three. */
const dear = { minutes: 2, peer: "grpc-kotlin" };
const protos = ["empty", "messages", "test"].map((name) => `grpc/testing/${name}.proto`);
const compressed = ["client_compressed_unary", "server_compressed_unary", "server_compressed_streaming"];

/** A client and a server of ours on Kotlin's coroutine stubs, over grpc-java's transport. Its server does not compress. */
export const prepareKotlin: Prepare = async (surroundings) => {
  const program = await programs(surroundings);
  return {
    name: "grpc-kotlin",
    version: `${grpcKotlin}, grpc-java ${grpcJava}`,
    client: clientOf(program("KotlinClient"), [...plainNames, ...compressed]),
    server: serverOf(program("KotlinServer"), plainNames),
  };
};

/**
 * The same cases over Armeria's transport, and grpc-java's official handlers on its server: they give no server id, and
 * compress no stream.
 */
export const prepareArmeria: Prepare = async (surroundings) => {
  const program = await programs(surroundings);
  return {
    name: "Armeria",
    version: armeria,
    client: clientOf(program("ArmeriaClient"), [...plainNames, ...compressed]),
    server: serverOf(program("ArmeriaServer"), [...without(plainNames, "pick_first_unary"), "server_compressed_unary"]),
  };
};

/** A client on Wire, which has no server, gives no trailers, sends no deadline, and is not seen to begin a call. */
export const prepareWire: Prepare = async (surroundings) => {
  const program = await programs(surroundings);
  const cases = without(plainNames, "custom_metadata", "timeout_on_sleeping_server", "cancel_after_begin");
  return { name: "Wire", version: wire, client: clientOf(program("WireClient"), [...cases, ...compressed]) };
};

function clientOf(program: Program, cases: readonly string[]): Required<Peer>["client"] {
  return { cases, run: (name, target) => runClientProgram(program, name, target) };
}

function serverOf({ command, args }: Program, cases: readonly string[]): PeerServer {
  return {
    cases,
    start: (certificate) => {
      const tls = certificate === undefined ? [] : [certificate.cert, certificate.key];
      return startServer(command, (port) => [...args, String(port), ...tls], { timeoutMs: 30_000 });
    },
  };
}

type Programs = (name: string) => Program;

const built = new Map<string, Promise<Programs>>();

/** All three come from one build, made by whoever asks first. */
function programs(surroundings: Surroundings): Promise<Programs> {
  const found = built.get(surroundings.cacheFolder) ?? findPrograms(surroundings);
  built.set(surroundings.cacheFolder, found);
  return found;
}

async function findPrograms(surroundings: Surroundings): Promise<Programs> {
  const versions = [...libraries, ...compilers, JSON.stringify(libraryOptions)].join(" ");
  const folder = await buildOnce({ name: "jvm", versions, dear, run: build }, surroundings);
  const classPath = await resolveClassPath(join(folder, "libraries"), libraries, libraryOptions);
  return (name) => ({
    command: "java",
    // Short runs: the second compiler would only warm up.
    args: ["-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", `${join(folder, "classes")}:${classPath}`, name],
  });
}

async function build(folder: string): Promise<void> {
  const classPath = await resolveClassPath(join(folder, "libraries"), libraries, libraryOptions);
  const tools = await resolveClassPath(join(folder, "compilers"), compilers);
  const generated = join(folder, "gen");
  const java = (...args: readonly string[]): Promise<string> => install("java", args, { env: { CLASSPATH: tools } });
  const from = `--proto_path=${join(testFolder, "protos")}`;
  await java("com.squareup.wire.WireCompiler", from, `--kotlin_out=${generated}`, ...protos);
  const sources = readdirSync(folder).filter((name) => name.endsWith(".kt"));
  const compiler = "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler";
  const out = ["-no-stdlib", "-no-reflect", "-cp", classPath, "-d", join(folder, "classes")];
  await java(compiler, ...out, generated, ...sources.map((name) => join(folder, name)));
}
