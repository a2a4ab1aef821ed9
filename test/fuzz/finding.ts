/** A rule that an input broke. Inputs are made smaller as long as the same rule breaks. */
export class Finding extends Error {
  /** Which rule, for instance `output`. */
  readonly rule: string;

  constructor(rule: string, message: string) {
    super(`${rule}: ${message}`);
    this.rule = rule;
  }
}

/** The rule of anything that was thrown. */
export function ruleOf(error: unknown): string {
  return error instanceof Finding ? error.rule : "exception";
}

/** What was thrown, for people; with its stack where it is no `Finding`. */
export function textOf(error: unknown): string {
  if (error instanceof Finding) return error.message;
  return error instanceof Error ? `exception: ${error.stack ?? error.message}` : `exception: ${String(error)}`;
}

/** Breaks a rule unless the condition holds. */
export function must(condition: boolean, rule: string, message: () => string): asserts condition {
  if (!condition) throw new Finding(rule, message());
}
