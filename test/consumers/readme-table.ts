import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/files.js";
import { findBlocks } from "../../tools/markdown.js";
import type { Consumer } from "./consumers-table.js";

/** Others may have the port of the README, and several of these run on one machine. */
const port = String(20_000 + (process.pid % 20_000));
const text = readFileSync(join(root, "README.md"), "utf8").replaceAll("50051", port).replace("Alice", "consumer");
const blocks = findBlocks(text);

function fileOf(name: string): string {
  const block = blocks.find(({ marks }) => marks.includes(name));
  if (block === undefined) throw new Error(`README.md has no code named ${name}`);
  return block.text;
}

/** The commands of the README, one a line, in their order; what installs this package is done by whoever tries it out. */
const commands = blocks
  .filter(({ language }) => language === "sh")
  .flatMap((block) => block.text.trim().split("\n"))
  .map((line) => line.split(" "));

function argumentsOf(...start: string[]): string[] {
  const found = commands.find((command) => start.every((word, i) => command[i] === word));
  if (found === undefined) throw new Error(`README.md has no command ${start.join(" ")}`);
  return found.slice(start.length);
}

const [serverFile, clientFile] = commands.flatMap(([program, file]) => (program === "node" ? [file] : []));

/** Starts what the README starts in two terminals, one after the other: the server goes on until it is ended. */
const both = `
import { spawn } from "node:child_process";
import { once } from "node:events";
const server = spawn("node", ["${serverFile}"], { stdio: ["ignore", "pipe", "inherit"] });
await once(server.stdout, "data");
const client = spawn("node", ["${clientFile}"], { stdio: "inherit" });
const [code] = await once(client, "exit");
server.kill();
process.exitCode = code;
`;

/** The first steps of the README, by the letter. */
export const readme: readonly Consumer[] = [
  {
    name: "README",
    packages: argumentsOf("npm", "install", "--save-dev"),
    manifest: Object.fromEntries(argumentsOf("npm", "pkg", "set").map((pair) => pair.split("="))),
    generate: [],
    files: {
      "tsconfig.json": fileOf("tsconfig.json"),
      "protos/hello.proto": fileOf("hello.proto"),
      "src/server.ts": fileOf("server.ts"),
      "src/client.ts": fileOf("client.ts"),
      "both.mjs": both,
    },
    commands: [
      ["peregrine", ...argumentsOf("npx", "peregrine")],
      ["tsc", ...argumentsOf("npx", "tsc")],
      ["node", "both.mjs"],
    ],
  },
];
