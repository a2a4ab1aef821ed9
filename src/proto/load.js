import { builtinTexts } from "./builtin/index.js";
import { describeFile } from "./describe-file.js";
import { DiagnosticList } from "./diagnostic.js";
import { lex } from "./lexer.js";
import { importDepthMax, sourceUnitsMax } from "./limits.js";
import { parseFile } from "./parse-file.js";
import { TokenList } from "./token.js";
import { errorAt } from "./unit.js";
import { prebuiltUnit, wellKnownFiles } from "./well-known.js";
/** Reads files and all that they import. */
export class Loader {
    #reader;
    #entries;
    #withSourceInfo;
    #units = new Map();
    /** Being loaded: the chain of imports that led here. */
    #chain = [];
    /** Imports before importers. */
    ordered = [];
    constructor(reader, entries, withSourceInfo) {
        this.#reader = reader;
        this.#entries = new Set(entries);
        this.#withSourceInfo = withSourceInfo;
    }
    /** @returns undefined when there is no such file */
    load(path) {
        const known = this.#units.get(path);
        if (known !== undefined)
            return known;
        const unit = this.#open(path);
        if (unit === undefined)
            return undefined;
        this.#units.set(path, unit);
        this.#chain.push(path);
        for (const edge of unit.imports)
            this.#import(unit, edge);
        this.#chain.pop();
        this.ordered.push(unit);
        return unit;
    }
    #import(unit, edge) {
        const cycle = this.#chain.indexOf(edge.path);
        if (cycle !== -1) {
            const chain = [...this.#chain.slice(cycle), edge.path].join(" -> ");
            errorAt(unit, edge.node, `File recursively imports itself: ${chain}`);
            unit.isIncomplete = true;
            return;
        }
        if (this.#chain.length >= importDepthMax) {
            errorAt(unit, edge.node, `Imports are nested more than ${importDepthMax} deep.`);
            unit.isIncomplete = true;
            return;
        }
        edge.unit = this.load(edge.path);
        if (edge.unit === undefined)
            errorAt(unit, edge.node?.path, `Import "${edge.path}" was not found.`);
        if (edge.unit === undefined || edge.unit.isIncomplete)
            unit.isIncomplete = true;
    }
    /**
     * The well-known types are those of the runtime library, whatever copy lies in an include directory, unless that
     * copy is what is to be compiled. Other files that are built in give way to a file of the user.
     */
    #open(path) {
        const wellKnown = this.#entries.has(path) ? undefined : wellKnownFiles.get(path);
        if (wellKnown !== undefined)
            return prebuiltUnit(wellKnown);
        const found = this.#reader.read(path);
        if (found !== undefined)
            return this.#parse({ path, displayPath: found.displayPath, text: found.text });
        const text = builtinTexts.get(path);
        if (text !== undefined)
            return this.#parse({ path, displayPath: `(built in) ${path}`, text });
        const late = wellKnownFiles.get(path);
        return late === undefined ? undefined : prebuiltUnit(late);
    }
    #parse(source) {
        const diagnostics = new DiagnosticList(source);
        if (source.text.length > sourceUnitsMax) {
            diagnostics.error(0, 0, `The file is longer than ${sourceUnitsMax} characters.`);
            const none = new TokenList("");
            none.push(0, 0, 0, 0, 0);
            const unit = describeFile(source, none, diagnostics, { elements: [] }, false);
            unit.isBroken = unit.isIncomplete = true;
            return unit;
        }
        const tokens = lex(source.text, diagnostics);
        const node = parseFile(tokens, diagnostics);
        const hasErrors = diagnostics.errorCount > 0;
        const unit = describeFile(source, tokens, diagnostics, node, this.#withSourceInfo && !hasErrors);
        unit.isBroken = unit.isIncomplete = hasErrors;
        return unit;
    }
}
