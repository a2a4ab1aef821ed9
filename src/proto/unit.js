/** Tells an error at tokens of a file. */
export function errorAt(unit, span, message) {
    if (span === undefined)
        unit.diagnostics.error(0, 0, message);
    else
        unit.diagnostics.error(unit.tokens.start(span.start), unit.tokens.end(span.end), message);
}
export function warningAt(unit, span, message) {
    unit.diagnostics.warning(unit.tokens.start(span.start), unit.tokens.end(span.end), message);
}
export function emptyOrigins() {
    return {
        fields: new Map(),
        defaults: new Map(),
        messages: new Map(),
        enums: new Map(),
        values: new Map(),
        names: new Map(),
    };
}
