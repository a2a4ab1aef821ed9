import type { VisibilityNode } from "./ast.js";
import type { Cursor } from "./cursor.js";

export const visibilityUse: string = '"export" and "local" are only allowed before "message" and "enum"';

/** `export` or `local`, where the file's edition has them; before that they are names like any other. */
export function visibility(c: Cursor): VisibilityNode | undefined {
  if (!c.hasVisibility) return undefined;
  const at = c.pos;
  if (c.tryWord("export")) return { text: "export", start: at, end: at };
  if (c.tryWord("local")) return { text: "local", start: at, end: at };
  return undefined;
}
