import { joined, parentOf } from "./names.js";
import { errorAt } from "./unit.js";
/** All names of all files. One table, since no two files of a program may define the same name. */
export class SymbolTable {
    #symbols = new Map();
    get(fullName) {
        return this.#symbols.get(fullName);
    }
    /** All full names, for hints. */
    names() {
        return this.#symbols.keys();
    }
    message(fullName) {
        const symbol = this.#symbols.get(fullName);
        return symbol?.kind === "message" ? symbol.desc : undefined;
    }
    enumType(fullName) {
        const symbol = this.#symbols.get(fullName);
        return symbol?.kind === "enum" ? symbol.desc : undefined;
    }
    extension(fullName) {
        const symbol = this.#symbols.get(fullName);
        return symbol?.kind === "extension" ? symbol.desc : undefined;
    }
    /** Adds all that a file defines; what is defined already is told as an error of this file. */
    addFile(unit) {
        const { desc } = unit;
        this.#addPackage(unit, desc.package);
        for (const one of desc.messageType)
            this.#addMessage(unit, desc.package, one);
        for (const one of desc.enumType)
            this.#addEnum(unit, desc.package, one);
        for (const one of desc.extension)
            this.#add(unit, "extension", desc.package, one);
        for (const one of desc.service) {
            this.#add(unit, "service", desc.package, one);
            for (const method of one.method)
                this.#add(unit, "method", joined(desc.package, one.name), method);
        }
    }
    #addPackage(unit, name) {
        if (name === "")
            return;
        const existing = this.#symbols.get(name);
        if (existing === undefined)
            this.#symbols.set(name, { kind: "package", fullName: name, unit, desc: unit.desc });
        else if (existing.kind !== "package")
            errorAt(unit, unit.origins.names.get(unit.desc), `"${name}" is already defined (as something other than a package) in file "${existing.unit.source.path}".`);
        this.#addPackage(unit, parentOf(name));
    }
    #addMessage(unit, scope, desc) {
        // A map's entry that meets another name is told with the field it comes from.
        this.#add(unit, "message", scope, desc, desc.options?.mapEntry === true);
        const fullName = joined(scope, desc.name);
        for (const one of desc.field)
            this.#add(unit, "field", fullName, one);
        for (const one of desc.oneofDecl)
            this.#add(unit, "oneof", fullName, one);
        for (const one of desc.nestedType)
            this.#addMessage(unit, fullName, one);
        for (const one of desc.enumType)
            this.#addEnum(unit, fullName, one);
        for (const one of desc.extension)
            this.#add(unit, "extension", fullName, one);
    }
    #addEnum(unit, scope, desc) {
        this.#add(unit, "enum", scope, desc);
        for (const value of desc.value)
            this.#add(unit, "enum value", scope, value, false, desc.name);
    }
    #add(unit, kind, scope, desc, isMapEntry = false, enumName) {
        const fullName = joined(scope, desc.name);
        const existing = this.#symbols.get(fullName);
        if (existing === undefined) {
            this.#symbols.set(fullName, { kind, fullName, unit, desc });
            return;
        }
        let message = `${conflict(unit, scope, desc.name, fullName, existing)}`;
        if (isMapEntry)
            message = `Expanded map entry type "${desc.name}" conflicts with an existing name: ${message}`;
        if (enumName !== undefined)
            message += siblingNote(scope, desc.name, enumName);
        errorAt(unit, unit.origins.names.get(desc), message);
    }
}
function conflict(unit, scope, name, fullName, existing) {
    if (existing.kind === "package") {
        return `"${fullName}" is already defined as a package, in file "${existing.unit.source.path}".`;
    }
    if (existing.unit !== unit)
        return `"${fullName}" is already defined in file "${existing.unit.source.path}".`;
    return scope === "" ? `"${name}" is already defined.` : `"${name}" is already defined in "${scope}".`;
}
function siblingNote(scope, name, enumName) {
    const where = scope === "" ? "the global scope" : `"${scope}"`;
    return (" Note that enum values use C++ scoping rules, meaning that enum values are siblings of their type, not children of it." +
        ` Therefore, "${name}" must be unique within ${where}, not just within "${enumName}".`);
}
