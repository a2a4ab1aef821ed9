import { create, createFileRegistry, type FileRegistry } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { fromBinary } from "../codec/binary.js";
import { wellKnownFiles } from "../proto/well-known.js";
import { DescriptorRepair } from "./descriptor-repair.js";
import { countObjects } from "./descriptor-scan.js";
import type { ReflectionClientLimits } from "./limits.js";

/**
 * The files that a server has told of, bounded in number and size: what a server says is not to be trusted. Files of
 * `google/protobuf` are always those of the runtime library, whatever the server has.
 */
export class DescriptorPool {
  readonly #limits: ReflectionClientLimits;
  readonly #files: Map<string, FileDescriptorProto> = new Map();
  /** Whom each file came for. */
  readonly #askers: Map<string, object> = new Map();
  readonly #repair: DescriptorRepair = new DescriptorRepair();
  #byteCount = 0;
  #partCount = 0;
  #registry: FileRegistry = createFileRegistry();
  /** How many files the registry was made of. */
  #registered = 0;

  constructor(limits: ReflectionClientLimits) {
    this.#limits = limits;
  }

  has(name: string): boolean {
    return this.#files.has(name);
  }

  /** Forgets files that do not fit. They count as before: else a server could send more of them for ever. */
  forget(asker: object): void {
    for (const [name, one] of this.#askers) {
      if (one !== asker) continue;
      this.#askers.delete(name);
      this.#files.delete(name);
      this.#registered = -1;
    }
  }

  /**
   * Takes the files of one answer. Those that are here already are left as they are.
   *
   * @param asker whom they are for, to be able to forget them
   * @returns their names
   * @throws {RpcError} INTERNAL for bytes that are no descriptor; RESOURCE_EXHAUSTED over a limit
   */
  add(descriptors: readonly Uint8Array[], asker: object): string[] {
    const { filesMax, descriptorBytesMax, descriptorPartsMax } = this.#limits;
    // Before any is decoded: a file that says nothing is much smaller on the wire than here.
    if (descriptors.length > filesMax) throw over(`${descriptors.length} files`, "filesMax", filesMax);
    return descriptors.map((bytes) => {
      const parts = this.#partCount + countObjects(bytes);
      if (parts > descriptorPartsMax) throw over(`${parts} parts of files`, "descriptorPartsMax", descriptorPartsMax);
      const file = decode(bytes);
      if (this.#files.has(file.name)) return file.name;
      this.#partCount = parts;
      if (!this.#takeWellKnown(file.name)) {
        this.#repair.add(file);
        this.#files.set(file.name, file);
        this.#askers.set(file.name, asker);
      }
      this.#byteCount += bytes.length;
      if (this.#byteCount > descriptorBytesMax) {
        throw over(`${this.#byteCount} bytes of descriptors`, "descriptorBytesMax", descriptorBytesMax);
      }
      const count = this.#files.size;
      if (count > filesMax + wellKnownFiles.size) throw over(`${count} files`, "filesMax", filesMax);
      return file.name;
    });
  }

  /** Files that are imported by what is here and are missing. Those of the runtime library are not. */
  missing(): string[] {
    const missing = new Set<string>();
    for (const file of this.#files.values()) {
      for (const name of file.dependency) if (!this.#files.has(name) && !this.#takeWellKnown(name)) missing.add(name);
    }
    return [...missing];
  }

  /** Who imports a file. */
  importerOf(name: string): string | undefined {
    for (const file of this.#files.values()) if (file.dependency.includes(name)) return file.name;
    return undefined;
  }

  /** A file that is set while it is iterated over is visited too: what it imports is found as well. */
  #takeWellKnown(name: string): boolean {
    const file = wellKnownFiles.get(name)?.proto;
    if (file !== undefined) this.#files.set(name, file);
    return file !== undefined;
  }

  /**
   * All types of all files. The same registry until files are added; then another one, with descriptors of its own.
   *
   * @throws {RpcError} INTERNAL when the files do not fit together
   */
  registry(): FileRegistry {
    if (this.#registered === this.#files.size) return this.#registry;
    this.#complete();
    const files = this.#inOrder();
    try {
      this.#registry = createFileRegistry(create(FileDescriptorSetSchema, { file: files }));
    } catch (error) {
      throw broken(error instanceof Error ? error.message : String(error));
    }
    this.#registered = this.#files.size;
    return this.#registry;
  }

  /** Completes files by what all others declare, and adds imports that were left out. */
  #complete(): void {
    for (const file of this.#files.values()) {
      // Those of the runtime library are complete, and not ours to change.
      if (!wellKnownFiles.has(file.name)) {
        const direct = new Set(file.dependency);
        const needs = [...this.#repair.complete(file)].filter((name) => !direct.has(name) && this.#isKnown(name));
        const visible = needs.length === 0 ? direct : this.#visibleTo(file);
        file.dependency.push(...needs.filter((name) => !visible.has(name)));
      }
      for (const name of file.dependency) if (!this.#files.has(name)) this.#takeWellKnown(name);
    }
  }

  /** Not so of files that were forgotten. */
  #isKnown(name: string): boolean {
    return this.#files.has(name) || wellKnownFiles.has(name);
  }

  /** What a file imports, and what that imports for others. */
  #visibleTo(file: FileDescriptorProto): ReadonlySet<string> {
    const visible = new Set(file.dependency);
    for (const name of visible) {
      const { publicDependency = [], dependency = [] } = this.#files.get(name) ?? {};
      for (const i of publicDependency) visible.add(dependency[i] ?? name);
    }
    return visible;
  }

  /** Imported files before those that import them. */
  #inOrder(): FileDescriptorProto[] {
    const ordered = new Set<FileDescriptorProto>();
    for (const root of this.#files.values()) {
      const chain = [{ file: root, next: 0 }];
      const inChain = new Set([root]);
      for (let frame = chain.at(-1); frame !== undefined; frame = chain.at(-1)) {
        const name = ordered.has(frame.file) ? undefined : frame.file.dependency[frame.next++];
        if (name === undefined) {
          ordered.add(frame.file);
          inChain.delete(frame.file);
          chain.pop();
          continue;
        }
        const file = this.#files.get(name);
        if (file === undefined) throw broken(`${frame.file.name} imports ${name}, which is missing`);
        if (inChain.has(file)) throw broken(`${name} imports itself, by way of ${frame.file.name}`);
        if (ordered.has(file)) continue;
        inChain.add(file);
        chain.push({ file, next: 0 });
      }
    }
    return [...ordered];
  }
}

function decode(bytes: Uint8Array): FileDescriptorProto {
  try {
    return fromBinary(FileDescriptorProtoSchema, bytes);
  } catch (error) {
    throw broken(error instanceof Error ? error.message : String(error));
  }
}

function broken(text: string): RpcError {
  return new RpcError(Status.INTERNAL, `the server's reflection gives descriptors that are wrong: ${text}`);
}

function over(what: string, limit: string, max: number): RpcError {
  return new RpcError(Status.RESOURCE_EXHAUSTED, `the server's reflection gives ${what}, more than ${limit} = ${max}`);
}
