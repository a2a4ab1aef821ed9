import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../tools/files.js";
import { grpcCpp } from "./native/cpp.js";
import { grpcGo } from "./native/go.js";
import { tonic } from "./native/tonic.js";
import type { PeerSpec, Programs, Protocol, Surroundings } from "./peer.js";

interface NodePeer {
  readonly name: string;
  readonly what: string;
  readonly speaks: Protocol;
  /** The package whose version is named; `node` for what Node itself brings, `.` for this repository. */
  readonly package: string;
  readonly importer: boolean;
}

/** Programs are `peers/NAME/server.js`, `client.js` and, where it has one, `import.js`. */
function nodePeer(peer: NodePeer): PeerSpec {
  const { name, what, speaks } = peer;
  const prepare = async ({ node, programs }: Surroundings): Promise<Programs> => {
    const command = (program: string) => ({ program: node, args: [join(programs, "peers", name, `${program}.js`)] });
    return {
      version: peer.package === "node" ? "" : versionOf(peer.package),
      server: command("server"),
      client: command("client"),
      ...(peer.importer ? { importer: command("import") } : {}),
    };
  };
  return { name, what, speaks, prepare };
}

function versionOf(name: string): string {
  const folder = name === "." ? root : join(root, "node_modules", name);
  return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version;
}

export const ours = "peregrine";

/** Every peer, ours first. */
export const peerSpecs: readonly PeerSpec[] = [
  { ...nodePeer({ name: ours, what: "this revision", speaks: "grpc", package: ".", importer: true }), own: true },
  nodePeer({
    name: "grpc-js",
    what: "@grpc/grpc-js with @grpc/proto-loader",
    speaks: "grpc",
    package: "@grpc/grpc-js",
    importer: true,
  }),
  nodePeer({
    name: "nice-grpc",
    what: "nice-grpc over grpc-js, definitions by @grpc/proto-loader",
    speaks: "grpc",
    package: "nice-grpc",
    importer: true,
  }),
  nodePeer({
    name: "connect-node",
    what: "@connectrpc/connect-node with the gRPC protocol, messages of protobuf-es",
    speaks: "grpc",
    package: "@connectrpc/connect-node",
    importer: true,
  }),
  nodePeer({
    name: "node-http2",
    what: "bare node:http2, no gRPC: messages cut and made by hand",
    speaks: "grpc",
    package: "node",
    importer: false,
  }),
  grpcGo,
  grpcCpp,
  tonic,
  nodePeer({
    name: "fastify",
    what: "Fastify with JSON over HTTP/1.1, called by undici",
    speaks: "http1",
    package: "fastify",
    importer: false,
  }),
  nodePeer({
    name: "raw-tcp",
    what: "bare node:net or node:tls sockets, no protocol",
    speaks: "tcp",
    package: "node",
    importer: false,
  }),
];
