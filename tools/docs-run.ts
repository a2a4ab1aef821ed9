import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { root } from "./files.js";
import { runToEnd, type ServerProcess, startServer } from "./processes.js";

/** The code of a document that runs, as paths from the root of what it was compiled to. */
export interface DocumentCode {
  readonly document: string;
  /** Where programs run. */
  readonly folder: string;
  readonly servers: readonly string[];
  readonly programs: readonly string[];
  /** What each program must print. */
  readonly output: string | undefined;
}

/** Where servers of documents listen, and programs call them. */
const documentAddress = "127.0.0.1:50051";
const timeoutMs = 30_000;

type Tell = (text: string) => void;

/**
 * Runs the programs of a document to their ends: once, or where it has servers once with each of them, on a port of its own.
 * Gives an exit code.
 */
export async function runDocument(code: DocumentCode, tell: Tell = console.error): Promise<number> {
  if (code.servers.length === 0) return runAll(code, code.programs, "", tell);
  const codes = await Promise.all(code.servers.map((server) => runWith(server, code, tell)));
  return codes.find((one) => one !== 0) ?? 0;
}

async function runWith(path: string, code: DocumentCode, tell: Tell): Promise<number> {
  const options = { timeoutMs, cwd: join(root, code.folder) };
  let server: ServerProcess;
  try {
    server = await startServer(process.execPath, (port) => [onPort(path, port)], options);
  } catch (error) {
    tell(`${code.document}: the server ${path}: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
  try {
    const programs = code.programs.map((program) => onPort(program, server.port));
    return await runAll(code, programs, ` with ${path}`, tell);
  } finally {
    await server.stop();
  }
}

/** The program with another port. */
function onPort(path: string, port: number): string {
  const text = readFileSync(join(root, path), "utf8");
  if (!text.includes(documentAddress))
    throw new Error(`${path}: there is no ${documentAddress} to listen on, or to call`);
  const moved = resolve(root, path.replace(/\.js$/, `.on-${port}.js`));
  writeFileSync(moved, text.replaceAll(documentAddress, `127.0.0.1:${port}`));
  return moved;
}

async function runAll(code: DocumentCode, programs: readonly string[], where: string, tell: Tell): Promise<number> {
  const run = async (program: string): Promise<number> => {
    const options = { timeoutMs, cwd: join(root, code.folder) };
    const ended = await runToEnd(process.execPath, [resolve(root, program)], options);
    const isRight = ended.code === 0 && ended.output === (code.output ?? ended.output);
    if (isRight) return 0;
    const wanted = code.output === undefined ? "" : `, and should print:\n${code.output}`;
    tell(`${code.document}: ${program}${where} ended with exit code ${ended.code}:\n${ended.output}${wanted}`);
    return ended.code === 0 ? 1 : ended.code;
  };
  const codes = await Promise.all(programs.map(run));
  return codes.find((one) => one !== 0) ?? 0;
}
