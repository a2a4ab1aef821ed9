import { type Fields, type MessagePlan, specimen } from "./plan.js";
import { property } from "./source.js";

/** What the code of `makeText` refers to. */
export const makeParameters = ["typeName", "prototype", "zeros"] as const;

/** The body of a function that makes the function that gives a new message, the same as `create` of protobuf-es gives. */
export function makeText(plan: MessagePlan): string {
  const message = specimen(plan.schema);
  let zeros = 0;
  const lines = fieldNames(message).map((name) => {
    const code = zeroCode(message[name]) ?? `zeros[${zeros++}]`;
    return `${property("this", name)} = ${code};`;
  });
  return `function Message() { this.$typeName = typeName; ${lines.join(" ")} }
Message.prototype = prototype; return function () { return new Message(); };`;
}

/** The values that code cannot say, in the order in which `makeText` counts them. */
export function zerosOf(message: Fields): unknown[] {
  return fieldNames(message)
    .map((name) => message[name])
    .filter((value) => zeroCode(value) === undefined);
}

function fieldNames(message: Fields): string[] {
  return Object.keys(message).filter((name) => name !== "$typeName");
}

function zeroCode(value: unknown): string | undefined {
  if (value === "") return '""';
  if (value === false) return "false";
  if (value === 0 && !Object.is(value, -0)) return "0";
  if (Array.isArray(value)) return "[]";
  if (typeof value === "object" && value !== null && !(value instanceof Uint8Array)) {
    return "case" in value ? "{ case: undefined }" : "{}";
  }
  return undefined;
}
