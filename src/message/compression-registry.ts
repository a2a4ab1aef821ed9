import { similarName } from "../base/similar-name.js";
import { formatAcceptEncoding } from "./accept-encoding.js";
import { type Compression, identityName } from "./compression.js";
import { builtInCompressions } from "./zlib-compression.js";

/** The compressions that a server or a channel may use, by name. */
export class CompressionRegistry {
  /** The value of `grpc-accept-encoding` that offers all of them, `identity` first. */
  readonly acceptEncoding: string;
  private readonly byName: ReadonlyMap<string, Compression>;

  /**
   * @param compressions in the order of preference; default: all built-in ones. A later one of the same name wins.
   * @throws {TypeError} when a name is not valid in a header list, or is `identity`
   */
  constructor(compressions: Iterable<Compression> = builtInCompressions()) {
    const byName = new Map<string, Compression>();
    for (const compression of compressions) {
      const { name } = compression;
      if (name === identityName || !/^[0-9a-z_.-]+$/.test(name)) {
        throw new TypeError(`compression cannot have the name ${JSON.stringify(name)}`);
      }
      byName.set(name, compression);
    }
    this.byName = byName;
    this.acceptEncoding = formatAcceptEncoding(byName.keys());
  }

  /** The compression of this name; undefined for `identity` and for names that are not known: see `knows`. */
  get(name: string): Compression | undefined {
    return this.byName.get(name);
  }

  /** Whether messages of this `grpc-encoding` can be read; undefined stands for an absent header. */
  knows(name: string | undefined): boolean {
    return name === undefined || name === identityName || this.byName.has(name);
  }

  /**
   * Those of these names alone.
   *
   * @param option where the names come from, for the message
   * @throws {TypeError} when a name is not known; `identity` always is, and need not be named
   */
  only(option: string, names: readonly string[]): CompressionRegistry {
    this.check(option, names);
    return new CompressionRegistry(names.map((name) => this.byName.get(name)).filter((one) => one !== undefined));
  }

  /** @throws {TypeError} when one of the names is not known here */
  check(option: string, names: readonly string[]): void {
    if (!Array.isArray(names)) throw new TypeError(`${option} must be an array of names, such as ["gzip"]`);
    for (const name of names) {
      if (this.knows(name)) continue;
      const known = this.names();
      const similar = typeof name === "string" ? similarName(name, known) : undefined;
      const hint = similar === undefined ? `known: ${known.join(", ")}` : `did you mean "${similar}"?`;
      throw new TypeError(`${option}: ${JSON.stringify(name)} is not known here; ${hint}`);
    }
  }

  /** All names, without `identity`, in the order of preference. */
  names(): string[] {
    return [...this.byName.keys()];
  }
}
