import type { AnyDesc, DescExtension, FileRegistry } from "@bufbuild/protobuf";

/** Writes names of types as short as the rules of `.proto` files allow at a place. */
export class TypeNames {
  readonly #registry: FileRegistry;
  readonly #packages: Set<string> = new Set();

  constructor(registry: FileRegistry) {
    this.#registry = registry;
    for (const { proto } of registry.files) {
      for (let name = proto.package; name !== ""; name = parentOf(name)) this.#packages.add(name);
    }
  }

  /** @param scope full name of the message, or package, that the name is written in */
  short(fullName: string, scope: string): string {
    const parts = fullName.split(".");
    for (let from = parts.length - 1; from >= 0; from--) {
      const candidate = parts.slice(from).join(".");
      if (this.#resolve(candidate, scope) === fullName) return candidate;
    }
    return `.${fullName}`;
  }

  /** As `protoc` looks names up: the innermost scope that has the first part decides. */
  #resolve(name: string, scope: string): string | undefined {
    const dot = name.indexOf(".");
    const head = dot < 0 ? name : name.slice(0, dot);
    for (let at = scope; ; at = parentOf(at)) {
      const prefix = at === "" ? "" : `${at}.`;
      if (dot < 0 ? this.#isType(prefix + head) : this.#isScope(prefix + head)) return prefix + name;
      if (at === "") return undefined;
    }
  }

  #isType(name: string): boolean {
    const kind = this.#registry.get(name)?.kind;
    return kind === "message" || kind === "enum";
  }

  #isScope(name: string): boolean {
    return this.#packages.has(name) || this.#isType(name) || this.#registry.get(name)?.kind === "service";
  }
}

export function parentOf(name: string): string {
  return name.slice(0, Math.max(name.lastIndexOf("."), 0));
}

/** The message or package that an extension is declared in. */
export function scopeOf(desc: DescExtension): string {
  return desc.parent?.typeName ?? desc.file.proto.package;
}

/** Where an extension is declared, for a comment. */
export function placeOf(desc: DescExtension): string {
  const around = desc.parent === undefined ? "package" : "message";
  return `extensions in the ${around} ${scopeOf(desc)}, ${desc.file.proto.name}`;
}

/** The full name of anything that has one. */
export function fullNameOf(desc: AnyDesc): string {
  switch (desc.kind) {
    case "file":
      return desc.proto.name;
    case "rpc":
    case "field":
    case "oneof":
      return `${desc.parent.typeName}.${desc.name}`;
    case "enum_value":
      return `${parentOf(desc.parent.typeName)}.${desc.name}`.replace(/^\./, "");
    default:
      return desc.typeName;
  }
}
