import { similarName } from "../base/similar-name.js";
import { timeHint } from "./encode-check.js";
import { type FieldPlan, type Fields, Local, type MessagePlan, type OneofPlan } from "./plan.js";
import { describeValue } from "./value-check.js";

/** What a name of a plain object stands for. */
type Meaning =
  | { readonly kind: "field"; readonly field: FieldPlan }
  | { readonly kind: "case"; readonly field: FieldPlan; readonly oneof: OneofPlan }
  | { readonly kind: "oneof"; readonly cases: ReadonlyMap<string, FieldPlan> }
  | { readonly kind: "other" };

/** How many names of fields a message lists at most. */
const namesMax = 12;

/**
 * Looks through plain objects for what encoding would leave out without a word: names that the message type does not have, cases
 * of oneofs as if they were fields, a Date, Map or Set in a message's place. Messages that `create` made are not looked at. It
 * takes about half as long as to encode, so that it is for development.
 */
export class PlainChecks {
  readonly #names: WeakMap<MessagePlan, ReadonlyMap<string, Meaning>> = new WeakMap();

  /**
   * @param path where the object stands in the message that is encoded; empty for that message
   * @throws {TypeError} naming path and type, what was found and what to write
   */
  check(plan: MessagePlan, value: unknown, path: string = ""): void {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    const object = value as Fields;
    if (object.$typeName !== undefined) return;
    const odd = oddKind(value);
    if (odd !== undefined) throw wrong(path, `expected message ${plan.typeName}${timeHint(plan.typeName)}, got ${odd}`);
    const names = this.#namesOf(plan);
    for (const name of Object.keys(object)) {
      const member = object[name];
      if (member === undefined) continue;
      const at = path === "" ? name : `${path}.${name}`;
      const meaning = names.get(name);
      if (meaning === undefined) throw wrong(at, unknownName(plan, name, names));
      if (meaning.kind === "field") this.#field(meaning.field, member, at);
      else if (meaning.kind === "oneof") this.#oneof(meaning.cases, member, at);
      else if (meaning.kind === "case") throw wrong(at, flatOneof(plan, meaning.oneof, name));
    }
  }

  #field(field: FieldPlan, value: unknown, path: string): void {
    if (field.shape === "map" && (value instanceof Map || value instanceof Set)) {
      const hint = value instanceof Map ? "; write Object.fromEntries(map)" : "";
      throw wrong(path, `expected an object of keys and values, got ${oddKind(value)}${hint}`);
    }
    const { child } = field;
    if (child === undefined || field.local !== Local.message) return;
    if (field.shape === "single") this.check(child, value, path);
    else if (typeof value === "object" && value !== null) {
      const isList = Array.isArray(value);
      for (const [key, item] of Object.entries(value)) {
        this.check(child, item, `${path}[${isList ? key : JSON.stringify(key)}]`);
      }
    }
  }

  #oneof(cases: ReadonlyMap<string, FieldPlan>, value: unknown, path: string): void {
    if (typeof value !== "object" || value === null) return;
    for (const key of Object.keys(value)) {
      if (key === "case" || key === "value") continue;
      const form = cases.has(key) ? `{ case: ${JSON.stringify(key)}, value: ... }` : "{ case, value }";
      throw wrong(`${path}.${key}`, `a oneof has the form ${form}`);
    }
    const field = cases.get((value as { case?: string }).case ?? "");
    if (field !== undefined) this.#field(field, (value as { value?: unknown }).value, `${path}.value`);
  }

  #namesOf(plan: MessagePlan): ReadonlyMap<string, Meaning> {
    let names = this.#names.get(plan);
    if (names === undefined) {
      names = namesOf(plan);
      this.#names.set(plan, names);
    }
    return names;
  }
}

function namesOf(plan: MessagePlan): ReadonlyMap<string, Meaning> {
  const names = new Map<string, Meaning>([
    ["$typeName", { kind: "other" }],
    ["$unknown", { kind: "other" }],
  ]);
  for (const field of plan.fields) {
    const { name, oneof } = field;
    names.set(name, oneof === undefined ? { kind: "field", field } : { kind: "case", field, oneof });
  }
  for (const oneof of plan.oneofs) {
    const fields = plan.fields.filter((field) => field.oneof === oneof);
    names.set(oneof.name, { kind: "oneof", cases: new Map(fields.map((field) => [field.name, field])) });
  }
  return names;
}

function wrong(path: string, what: string): TypeError {
  return new TypeError(path === "" ? what : `field ${path}: ${what}`);
}

function unknownName(plan: MessagePlan, name: string, names: ReadonlyMap<string, Meaning>): string {
  const known = [...names].filter(([, { kind }]) => kind === "field" || kind === "oneof").map(([one]) => one);
  const similar = similarName(name, known);
  const listed = known.slice(0, namesMax).join(", ") + (known.length > namesMax ? ", ..." : "");
  const hint = similar !== undefined ? `did you mean ${similar}?` : listed === "" ? "it has none" : `it has ${listed}`;
  return `message ${plan.typeName} has no such field; ${hint}`;
}

function flatOneof(plan: MessagePlan, oneof: OneofPlan, name: string): string {
  const form = `${oneof.name}: { case: ${JSON.stringify(name)}, value: ... }`;
  return `message ${plan.typeName} has it in the oneof ${oneof.name}; write ${form}`;
}

/** What is an object, but has no fields of its own to be read. */
function oddKind(value: object): string | undefined {
  if (value instanceof Map) return "a Map";
  if (value instanceof Set) return "a Set";
  if (value instanceof Promise) return "a Promise; it is not awaited";
  const isOdd = value instanceof Date || ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
  return isOdd ? describeValue(value) : undefined;
}
