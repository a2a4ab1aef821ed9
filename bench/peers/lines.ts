import { createInterface } from "node:readline";

/** Says one object; the harness reads it by the line. */
export function say(object: object): void {
  process.stdout.write(`${JSON.stringify(object)}\n`);
}

/** Answers each line of standard input with an object, or `{ error }`. The program ends with the input. */
export function answerLines(answer: (question: unknown) => Promise<object>): void {
  const input = createInterface({ input: process.stdin });
  input.on("line", (line) => {
    answer(JSON.parse(line)).then(say, (error: unknown) => say({ error: String(error) }));
  });
  input.on("close", () => process.exit(0));
}
