/** A field's default name in JSON: underscores go, and what follows one becomes upper case. */
export function defaultJsonName(name) {
    if (!name.includes("_"))
        return name;
    return name.replace(/_+(.?)/g, (_, c) => upperAscii(c));
}
/** The name of the message that a map field's entries are, for instance `FooBarEntry`. */
export function mapEntryName(field) {
    const camel = defaultJsonName(field);
    return `${upperAscii(camel.charAt(0))}${camel.slice(1)}Entry`;
}
function upperAscii(c) {
    return c >= "a" && c <= "z" ? c.toUpperCase() : c;
}
/** `a.b` and `c` make `a.b.c`; at the top there is no scope. */
export function joined(scope, name) {
    return scope === "" ? name : `${scope}.${name}`;
}
/** The scope around a full name. */
export function parentOf(fullName) {
    const dot = fullName.lastIndexOf(".");
    return dot === -1 ? "" : fullName.slice(0, dot);
}
