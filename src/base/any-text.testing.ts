import fc from "fast-check";

/** Half surrogate pairs are no characters. */
const surrogatesFrom = 0xd800;
const surrogateCount = 0x800;

/** Any character of Unicode. */
const anyCharacter: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 0x10_ffff - surrogateCount })
  .map((index) => String.fromCodePoint(index < surrogatesFrom ? index : index + surrogateCount), indexOf);

function indexOf(character: unknown): number {
  const code = typeof character === "string" ? (character.codePointAt(0) ?? 0) : 0;
  return code < surrogatesFrom ? code : code - surrogateCount;
}

/**
 * Any text, names such as `__proto__` among it: what `fc.string({ unit: "binary" })` gives, which takes a second or more to
 * be made, each time, as it makes a table of all characters.
 */
export function anyText(constraints: Omit<fc.StringConstraints, "unit"> = {}): fc.Arbitrary<string> {
  return fc.string({ ...constraints, unit: anyCharacter });
}
