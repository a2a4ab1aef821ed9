/** A field's default name in JSON: underscores go, and what follows one becomes upper case. */
export function defaultJsonName(name: string): string {
  let underscore = name.indexOf("_");
  if (underscore === -1) return name;
  let json = "";
  let from = 0;
  while (underscore !== -1) {
    json += name.slice(from, underscore);
    from = underscore + 1;
    if (from < name.length && name.charCodeAt(from) !== 95) json += upperAscii(name.charAt(from++));
    underscore = name.indexOf("_", from);
  }
  return json + name.slice(from);
}

/** The name of the message that a map field's entries are, for instance `FooBarEntry`. */
export function mapEntryName(field: string): string {
  const camel = defaultJsonName(field);
  return `${upperAscii(camel.charAt(0))}${camel.slice(1)}Entry`;
}

function upperAscii(c: string): string {
  return c >= "a" && c <= "z" ? c.toUpperCase() : c;
}

/** `a.b` and `c` make `a.b.c`; at the top there is no scope. */
export function joined(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}

/** The scope around a full name. */
export function parentOf(fullName: string): string {
  const dot = fullName.lastIndexOf(".");
  return dot === -1 ? "" : fullName.slice(0, dot);
}
