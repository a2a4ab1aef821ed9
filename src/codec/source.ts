import type { FieldPlan, MessagePlan } from "./plan.js";

/** Only such names become part of code; they cannot end a token or reach what all objects inherit. */
const safeName = /^[A-Za-z_][A-Za-z0-9_]{0,200}\$?$/;

function isSafe(name: string): boolean {
  return safeName.test(name) && !(name in Object.prototype);
}

/** Code for more would take longer to make than it saves. */
const fieldsMax = 1_000;

/**
 * A function with a longer text is not written in one piece: V8 does not optimize functions of more than 60 KiB of bytecode, of which
 * our code has up to one and a half bytes for each character. Below that, one piece is faster than several.
 */
export const optimizedTextMax = 36_000;

/** Whether code can be made for a type: all its names are plain identifiers. Else it is interpreted. */
export function canCompile(plan: MessagePlan): boolean {
  const { members } = plan.schema;
  if (plan.fields.length > fieldsMax) return false;
  return members.every((member) => isSafe(member.localName)) && plan.fields.every((field) => isSafe(field.name));
}

/** A property of a variable; the name is checked once more where it becomes code. */
export function property(variable: string, name: string): string {
  if (!isSafe(name)) throw new Error("not a name for code");
  return `${variable}.${name}`;
}

/** A name as a string in code. */
export function quoted(name: string): string {
  if (!isSafe(name)) throw new Error("not a name for code");
  return `"${name}"`;
}

/** A tag as the unsigned number that it is on the wire. */
export function tagOf(field: FieldPlan | number, wireType: number): number {
  const number = typeof field === "number" ? field : field.number;
  return ((number << 3) | wireType) >>> 0;
}

/** The names that a piece of code uses, and others that look like such; to leave out what it does not refer to. */
export function namesIn(text: string): ReadonlySet<string> {
  return new Set(text.match(/[A-Za-z_][A-Za-z0-9_]*/g));
}

/** `const a = 1, b = 2;` for those of the names that code uses; nothing where it uses none. */
export function constants(
  used: ReadonlySet<string>,
  values: readonly (readonly [name: string, value: string])[],
): string {
  const list = values.filter(([name]) => used.has(name)).map(([name, value]) => `${name} = ${value}`);
  return list.length === 0 ? "" : `const ${list.join(", ")};`;
}

/** Whether `new Function` works here; a Content-Security-Policy or a runtime's rule may forbid it. */
export function canEvaluate(): boolean {
  try {
    return new Function("return 1")() === 1;
  } catch {
    return false;
  }
}
