import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { typeNameCharsMax, typeNamePartsMax } from "./limits.js";

/** A package, or a message or enum, with what is declared in it: what names of types are looked up in. */
export class TypeScope {
  readonly parent: TypeScope | undefined;
  /** With a dot before it; "" for what is around all packages. */
  readonly fullName: string;
  /** The file that declares it; undefined for a package. */
  fileName: string | undefined;
  readonly #depth: number;
  #inner: Map<string, TypeScope> | undefined;

  constructor(parent?: TypeScope, name: string = "") {
    this.parent = parent;
    this.fullName = parent === undefined ? "" : `${parent.fullName}.${name}`;
    this.#depth = parent === undefined ? 0 : parent.#depth + 1;
  }

  /**
   * The package of that name in this scope, "" for this scope.
   *
   * @throws {RpcError} RESOURCE_EXHAUSTED when the name is longer than any that people write
   */
  package(name: string): TypeScope {
    if (name === "") return this;
    if (name.length > typeNameCharsMax) throw tooLong(name);
    return name.split(".").reduce((scope: TypeScope, part) => scope.#within(part), this);
  }

  /**
   * Notes that a file declares a type here. Of two of one name the first one counts.
   *
   * @throws {RpcError} as `package`
   */
  declare(name: string, fileName: string): TypeScope {
    const type = this.#within(name);
    type.fileName ??= fileName;
    return type;
  }

  /** What is declared in this scope by that name. */
  inner(name: string): TypeScope | undefined {
    return this.#inner?.get(name);
  }

  /**
   * The type that a name in a descriptor means here: with a dot before it a full name, else one that is looked for in this
   * scope, and in those around it.
   */
  resolve(name: string): TypeScope | undefined {
    const isFull = name.startsWith(".");
    const parts = (isFull ? name.slice(1) : name).split(".", typeNamePartsMax + 1);
    for (let scope: TypeScope | undefined = this; scope !== undefined; scope = scope.parent) {
      if (isFull && scope.parent !== undefined) continue;
      const found = parts.reduce((at: TypeScope | undefined, part) => at?.inner(part), scope);
      if (found?.fileName !== undefined) return found;
    }
    return undefined;
  }

  #within(name: string): TypeScope {
    let scope = this.inner(name);
    if (scope !== undefined) return scope;
    if (this.#depth >= typeNamePartsMax || this.fullName.length + name.length > typeNameCharsMax) {
      throw tooLong(`${this.fullName.slice(1)}.${name}`);
    }
    scope = new TypeScope(this, name);
    this.#inner ??= new Map();
    this.#inner.set(name, scope);
    return scope;
  }
}

const shownMax = 100;

function tooLong(name: string): RpcError {
  return new RpcError(
    Status.RESOURCE_EXHAUSTED,
    `the server's reflection gives a type whose name is longer than ${typeNameCharsMax} characters or has more than ` +
      `${typeNamePartsMax} parts: ${name.slice(0, shownMax)}...`,
  );
}
