/** Words that cannot name a type or a constant in TypeScript, and names that generated code itself needs. */
export const reservedWords: ReadonlySet<string> = new Set([
  // Keywords of ECMAScript, also those of strict mode.
  ..."break case catch class const continue debugger default delete do else enum export extends false finally".split(
    " ",
  ),
  ..."for function if implements import in instanceof interface let new null package private protected".split(" "),
  ..."public return static super switch this throw true try typeof var void while with yield".split(" "),
  // Keywords of TypeScript in the place of a type.
  ..."bigint boolean number object string".split(" "),
  // Globals that generated code uses, and one that old module formats need.
  ..."Object Partial Uint8Array globalThis".split(" "),
]);
