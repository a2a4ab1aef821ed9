/** Whether words are joined by `_`, in small letters. */
export function isLowerSnake(name: string): boolean {
  return /^[a-z0-9_]*$/.test(name) && name === lowerSnake(name);
}

/** Whether words are joined by `_`, in capitals. */
export function isUpperSnake(name: string): boolean {
  return /^[A-Z0-9_]*$/.test(name) && isLowerSnake(name.toLowerCase());
}

/** Whether each word begins with a capital, and nothing is between words. */
export function isPascal(name: string): boolean {
  return /^[A-Z][A-Za-z0-9]*$/.test(name);
}

/**
 * The name in small letters with `_` before each word: `HTTPServer` and `httpServer` give `http_server`.
 * Digits stay with the word before them, and a last capital with its digits: `Abc3D` gives `abc3d`, as with `buf lint`.
 */
export function lowerSnake(name: string): string {
  return name
    .replace(/([A-Z0-9])([A-Z][a-z])/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/_+/g, "_")
    .replace(/^_|_$/g, "");
}
