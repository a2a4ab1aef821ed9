import { protoPackage } from "./project-name.js";
import { clientText, greetingsTestText, greetingsText, mainText, serverTestText, serverText } from "./source-texts.js";

/** What a project is made from. */
export interface ProjectSpec {
  /** As npm takes it. */
  readonly name: string;
  /** Of this package. */
  readonly version: string;
}

/** The files of a new project, by their paths. */
export function projectFiles(spec: ProjectSpec): Readonly<Record<string, string>> {
  const pkg = protoPackage(spec.name);
  return {
    [`protos/${pkg}/v1/greeter.proto`]: protoText(pkg),
    "src/server.ts": serverText(pkg),
    "src/client.ts": clientText(pkg),
    "src/main.ts": mainText,
    "src/greetings.ts": greetingsText(pkg),
    "src/server.test.ts": serverTestText(pkg),
    "src/greetings.test.ts": greetingsTestText(pkg),
    "package.json": packageText(spec),
    "tsconfig.json": tsconfigText,
    Dockerfile: dockerText,
    ".dockerignore": "node_modules\ndist\nsrc/gen\n.git\n",
    ".gitignore": "node_modules/\ndist/\nsrc/gen/\n",
    "README.md": readmeText(spec.name, pkg),
  };
}

function protoText(pkg: string): string {
  return `syntax = "proto3";

package ${pkg}.v1;

// Greets people.
service GreeterService {
  // One greeting.
  rpc SayHello(SayHelloRequest) returns (SayHelloResponse);

  // Several greetings, one after the other.
  rpc SayHelloOften(SayHelloOftenRequest) returns (stream SayHelloOftenResponse);
}

message SayHelloRequest {
  string name = 1;
}

message SayHelloResponse {
  string message = 1;
}

message SayHelloOftenRequest {
  string name = 1;
  uint32 count = 2;
}

message SayHelloOftenResponse {
  string message = 1;
}
`;
}

function packageText({ name, version }: ProjectSpec): string {
  const manifest = {
    name,
    version: "0.1.0",
    private: true,
    type: "module",
    engines: { node: ">=20.19" },
    scripts: {
      generate: "peregrine generate protos --out src/gen",
      build: "npm run --silent generate && tsc",
      start: "npm run --silent build && node dist/main.js",
      client: "node dist/client.js",
      test: "npm run --silent build && node --test dist",
    },
    dependencies: { peregrine: `^${version}` },
    devDependencies: { "@types/node": ">=20", typescript: ">=5.6" },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

const tsconfigText = `{
  "compilerOptions": {
    "target": "ES2022",
    "lib": ["ES2023", "ESNext.Disposable"],
    "types": ["node"],
    "module": "NodeNext",
    "moduleResolution": "NodeNext",
    "rootDir": "src",
    "outDir": "dist",
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "skipLibCheck": true
  },
  "include": ["src"]
}
`;

const dockerText = `FROM node:22-slim AS build
WORKDIR /app
COPY package*.json ./
RUN npm install
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:22-slim
WORKDIR /app
ENV NODE_ENV=production LISTEN=0.0.0.0:50051
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
EXPOSE 50051
# Asks the health service; see grpc.health.v1.
HEALTHCHECK --interval=10s --timeout=3s CMD ["node_modules/.bin/peregrine", "health", "127.0.0.1:50051"]
# Node itself is what gets SIGTERM, and not a shell that would keep it.
CMD ["node", "dist/main.js"]
`;

function readmeText(name: string, pkg: string): string {
  return `# ${name}

A gRPC service in TypeScript.

\`\`\`sh
npm install
npm start            # builds, and serves at 127.0.0.1:50051
npm run client -- Alice
npm test
\`\`\`

| file | what |
|---|---|
| \`protos/${pkg}/v1/greeter.proto\` | what can be called |
| \`src/gen\` | code made of it by \`npm run generate\`; not kept in git |
| \`src/server.ts\` | the service, with health and reflection |
| \`src/main.ts\` | the program: listens, and ends calls before it ends |
| \`src/client.ts\` | a client |
| \`src/greetings.ts\` | what the client does |
| \`src/server.test.ts\` | tests of the service: client and server meet in memory |
| \`src/greetings.test.ts\` | tests of the code that calls it: a stub stands in for the service |
| \`Dockerfile\` | an image with a health check |

\`LISTEN\` says where to listen. With \`TLS_CERT\` and \`TLS_KEY\`, names of PEM files, it encrypts.
`;
}
