import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/files.js";
import { runToEnd } from "../../tools/processes.js";
import { nameOfRow, type VerdictRow } from "../proto/verdict-row.js";
import { verdictRows } from "../proto/verdict-table.js";
import type { Protoc } from "./install.js";

const timeoutMs = 120_000;

interface Answer {
  readonly code: number;
  readonly errors: string;
  /** The descriptor in hex, as it stands in a `FileDescriptorSet`; empty where it was refused. */
  readonly record: string;
}

/**
 * Asks `protoc` about each odd file of the table of verdicts, so that what the table says of it stays true. That we do as the
 * table says is a unit test.
 *
 * @returns what differs
 */
export async function compareVerdicts(protoc: Protoc, workDir: string): Promise<string[]> {
  const answers = await ask(protoc, verdictRows, workDir);
  return verdictRows.flatMap((row, i) => {
    const problem = problemOf(row, answers[i] as Answer);
    return problem === undefined ? [] : [`${nameOfRow(row)}: ${problem}`];
  });
}

async function ask(protoc: Protoc, rows: readonly VerdictRow[], workDir: string): Promise<readonly Answer[]> {
  mkdirSync(workDir, { recursive: true });
  const [questions, answers] = [join(workDir, "questions.json"), join(workDir, "answers.json")];
  writeFileSync(questions, JSON.stringify(rows.map(({ files }) => files)));
  const args = [join(root, "test/corpus/ask-protoc.py"), questions, answers];
  const { code, output } = await runToEnd(protoc.command, args, { timeoutMs });
  if (code !== 0) throw new Error(`ask-protoc.py ended with ${code}: ${output.trim().split("\n").at(-1)}`);
  return JSON.parse(readFileSync(answers, "utf8")) as readonly Answer[];
}

function problemOf({ protoc, sum }: VerdictRow, { code, errors, record }: Answer): string | undefined {
  const verdict = code === 0 ? "accepts" : "refuses";
  if (verdict !== protoc) return `protoc ${verdict} it now, not "${protoc}"${errors === "" ? "" : `: ${errors}`}`;
  if (sum === undefined) return undefined;
  const now = createHash("sha256").update(Buffer.from(record, "hex")).digest("hex").slice(0, sum.length);
  return now === sum ? undefined : `protoc's descriptor has the SHA-256 ${now}, not ${sum}`;
}
