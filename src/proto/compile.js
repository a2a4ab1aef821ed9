import { setDefaults } from "./default-value.js";
import { OptionInterpreter } from "./interpret.js";
import { linkTypes } from "./link.js";
import { Loader } from "./load.js";
import { Resolver } from "./resolve.js";
import { SymbolTable } from "./symbols.js";
import { validateFile, warnUnusedImports } from "./validate.js";
import { ExtensionValidator } from "./validate-extension.js";
import { prebuiltUnit, wellKnownFiles } from "./well-known.js";
/**
 * Compiles `.proto` files into descriptors as `protoc --include_source_info --include_imports` does.
 * Does not throw for anything a file can hold.
 *
 * @param files import paths
 */
export function compile(files, reader, options = {}) {
    const loader = new Loader(reader, files, options.sourceInfo ?? true);
    const missing = files.filter((path) => loader.load(path) === undefined).map(notFound);
    const units = loader.ordered;
    linkAll(units);
    const diagnostics = [...missing, ...units.flatMap((unit) => unit.diagnostics.sorted())];
    const hasErrors = diagnostics.some((one) => one.severity === "error");
    return { files: hasErrors ? [] : units.map((unit) => unit.desc), diagnostics };
}
function linkAll(units) {
    const table = new SymbolTable();
    // After a syntax error, what a file defines is only half known: errors about that would mislead.
    const sound = units.filter((unit) => !unit.isBroken);
    for (const unit of sound)
        table.addFile(unit);
    const resolver = new Resolver(table);
    for (const unit of sound)
        linkTypes(unit, resolver);
    const interpreter = new OptionInterpreter(table, descriptorTypes(), resolver);
    const extensions = new ExtensionValidator(table);
    for (const unit of sound) {
        if (unit.isPrebuilt)
            continue;
        interpreter.interpretFile(unit);
        setDefaults(unit, table);
        validateFile(unit, table, extensions);
        if (!unit.isIncomplete && unit.diagnostics.errorCount === 0)
            warnUnusedImports(unit);
    }
}
function descriptorTypes() {
    const table = new SymbolTable();
    const file = wellKnownFiles.get("google/protobuf/descriptor.proto");
    if (file !== undefined)
        table.addFile(prebuiltUnit(file));
    return table;
}
function notFound(path) {
    return { severity: "error", file: path, line: 1, column: 1, message: `File "${path}" was not found.` };
}
