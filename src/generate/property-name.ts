/**
 * A name of a property as code. JSON names come from options and may be any text; the name of a field like `_2fa` begins with a
 * digit once its underscore is gone.
 */
export function propertyName(name: string): string {
  return /^[a-zA-Z_$][a-zA-Z0-9_$]*$/.test(name) ? name : JSON.stringify(name);
}
