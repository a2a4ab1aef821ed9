import type { JsonValue } from "@bufbuild/protobuf";
import { printable } from "./printable.js";

const plain = "\u001b[0m";
const key = "\u001b[1;34m";
const colors = { string: "\u001b[32m", number: "\u001b[36m", boolean: "\u001b[33m", null: "\u001b[90m" } as const;

/**
 * A JSON value for people: on several lines, as `JSON.stringify(value, undefined, 2)`, and in colours where the terminal can show them. What of it
 * is from elsewhere is {@link printable}.
 */
export function jsonText(value: JsonValue, color: boolean): string {
  return color ? write(value, "\n") : printable(JSON.stringify(value, undefined, 2));
}

/** @param newline a line feed, and the blanks that the line of the value begins with */
function write(value: JsonValue, newline: string): string {
  if (Array.isArray(value)) {
    return block(
      "[]",
      value.map((item) => write(item, `${newline}  `)),
      newline,
    );
  }
  if (typeof value !== "object" || value === null) return paint(colors[kindOf(value)], value);
  const members = Object.entries(value).map(([name, member]) => {
    return `${paint(key, name)}: ${write(member, `${newline}  `)}`;
  });
  return block("{}", members, newline);
}

function block(brackets: string, parts: readonly string[], newline: string): string {
  if (parts.length === 0) return brackets;
  return `${brackets[0]}${newline}  ${parts.join(`,${newline}  `)}${newline}${brackets[1]}`;
}

function kindOf(value: string | number | boolean | null): keyof typeof colors {
  return value === null ? "null" : (typeof value as "string" | "number" | "boolean");
}

function paint(color: string, value: string | number | boolean | null): string {
  return `${color}${printable(JSON.stringify(value))}${plain}`;
}
