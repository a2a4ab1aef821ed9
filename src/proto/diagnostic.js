import { diagnosticsPerFileMax, sourceLineUnitsMax } from "./limits.js";
import { placeOf } from "./source.js";
/**
 * Text for a terminal: `path/file.proto:3:7: error: message`, the line, and a caret under the place.
 * Tabs of the line are kept in the caret's line, so that both stay aligned at any tab width.
 */
export function formatDiagnostic(d) {
    const head = `${d.file}:${d.line}:${d.column}: ${d.severity}: ${d.message}`;
    if (d.sourceLine === undefined)
        return head;
    // A line that is too long is cut to a window around the place.
    const from = d.sourceLine.length <= sourceLineUnitsMax ? 0 : Math.max(0, d.column - 1 - sourceLineUnitsMax / 2);
    const line = d.sourceLine.slice(from, from + sourceLineUnitsMax);
    const before = line.slice(0, d.column - 1 - from).replace(/[^\t]/g, " ");
    return `${head}\n  ${line}\n  ${before}^`;
}
/** Collects what is wrong with one file. */
export class DiagnosticList {
    source;
    items = [];
    /** The offset of each error, in the order they were told. */
    errorOffsets = [];
    constructor(source) {
        this.source = source;
    }
    get errorCount() {
        return this.errorOffsets.length;
    }
    /** True when so much is wrong that going on is of no use. */
    get isFull() {
        return this.items.length >= diagnosticsPerFileMax;
    }
    /** @param end the offset behind the last unit of what is wrong */
    error(start, end, message) {
        this.#add("error", start, end, message);
    }
    warning(start, end, message) {
        this.#add("warning", start, end, message);
    }
    #add(severity, start, end, message) {
        if (severity === "error")
            this.errorOffsets.push(start);
        if (this.isFull)
            return;
        const place = placeOf(this.source.text, start);
        const endColumn = Math.min(place.column + Math.max(1, end - start), place.sourceLine.length + 2);
        const file = this.source.displayPath;
        this.items.push({
            severity,
            file,
            line: place.line,
            column: place.column,
            endColumn,
            message,
            sourceLine: place.sourceLine,
        });
    }
    /** In the order of the text, each once. */
    sorted() {
        const seen = new Set();
        const unique = this.items.filter((d) => {
            const key = `${d.line}:${d.column}:${d.message}`;
            return seen.has(key) ? false : seen.add(key);
        });
        return unique.sort((a, b) => a.line - b.line || a.column - b.column);
    }
}
