import { parseAst } from "rollup/parseAst";
import { minify } from "terser";

/** A `#name` and where it stands. */
interface PrivateName {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Makes JavaScript shorter without a change to what it does: no comments, no needless blanks, short names for variables.
 * What a stack trace shows stays: names of functions, classes, methods and private methods, and a line for each statement or so.
 *
 * V8 keeps the text of a module in the heap for as long as the module lives, and the names of the variables of each scope besides.
 */
export async function shorten(code: string): Promise<string> {
  const { code: short } = await minify(code, {
    module: true,
    compress: false,
    mangle: { keep_fnames: true, keep_classnames: true },
    // Marks for whoever bundles further stay.
    format: { semicolons: false, preserve_annotations: true, comments: false },
  });
  if (short === undefined) throw new Error("the minifier returned no code");
  return withPrivateNames(short, privateNames(code));
}

/** The minifier renames private members too, in places that stay in their order. */
function withPrivateNames(code: string, names: readonly PrivateName[]): string {
  const places = privateNames(code);
  if (places.length !== names.length) {
    throw new Error(`the minifier left ${places.length} of ${names.length} private names`);
  }
  let out = "";
  let from = 0;
  for (const [i, { start, end }] of places.entries()) {
    out += `${code.slice(from, start)}#${names[i]?.name}`;
    from = end;
  }
  return out + code.slice(from);
}

function privateNames(code: string): PrivateName[] {
  const names: PrivateName[] = [];
  const waiting: unknown[] = [parseAst(code)];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const { type, name, start, end } = node as { type?: string; name?: string; start?: number; end?: number };
    if (type === "PrivateIdentifier") names.push({ name: name as string, start: start as number, end: end as number });
    for (const value of Object.values(node as object)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (typeof child === "object" && child !== null) waiting.push(child);
      }
    }
  }
  return names.sort((one, other) => one.start - other.start);
}
