import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Yaml from "yaml";
import { similarName } from "../base/similar-name.js";
import { isWithin } from "./import-root.js";
import { InputError } from "./input-error.js";

/** Longest configuration read, in UTF-16 units. Real ones have a few hundred lines. */
const configUnitsMax = 1 << 20;

/** A YAML file, or a map in it, whose values are read with their types checked. */
export class Config {
  /** The file, for messages. */
  readonly path: string;
  readonly #dir: string;
  readonly #values: Readonly<Record<string, unknown>>;

  /** @param dir that the file is in */
  constructor(path: string, dir: string, values: Readonly<Record<string, unknown>>) {
    this.path = path;
    this.#dir = dir;
    this.#values = values;
  }

  /** A text; undefined where the key is not there. */
  text(key: string): string | undefined {
    const value = this.#values[key];
    if (value === undefined || value === null || typeof value === "string") return value ?? undefined;
    throw this.#error(key, "a text");
  }

  /** Whether a key is set to true; false where it is not there. */
  boolean(key: string): boolean {
    const value = this.#values[key] ?? false;
    if (typeof value === "boolean") return value;
    throw this.#error(key, "true or false");
  }

  /** Whether a key is there, and has a value. */
  has(key: string): boolean {
    return Object.hasOwn(this.#values, key) && this.#values[key] !== null;
  }

  get keys(): string[] {
    return Object.keys(this.#values);
  }

  /**
   * @param what the map, for messages: `lint`
   * @throws {InputError} for a key that is not known, with the likely spelling
   */
  checkKeys(what: string, known: readonly string[]): void {
    for (const key of this.keys) if (!known.includes(key)) throw this.unknown(`key of ${what}`, key, known);
  }

  /** The error for a name that is not known. */
  unknown(what: string, name: string, known: readonly string[]): InputError {
    const near = similarName(name, known);
    const hint = near === undefined ? `there are ${known.join(", ")}` : `did you mean ${near}?`;
    return new InputError(`${this.path}: ${JSON.stringify(name)} is no ${what}: ${hint}`);
  }

  /** The texts of a list; none where the key is not there. */
  texts(key: string): string[] {
    return this.#list(key, "a list of texts").map((item) => {
      if (typeof item !== "string") throw this.#error(key, "a list of texts");
      return item;
    });
  }

  /** A map; an empty one where the key is not there. */
  part(key: string): Config {
    return this.#map(this.#values[key] ?? {}, key, "a map");
  }

  /** The maps of a list; none where the key is not there. */
  parts(key: string): Config[] {
    return this.#list(key, "a list of maps").map((item) => this.#map(item, key, "a list of maps"));
  }

  /** @throws {InputError} where the path leads out of the directory of the file */
  inside(path: string): string {
    const full = join(this.#dir, path);
    if (isWithin(full, this.#dir)) return full;
    throw new InputError(`${this.path}: ${JSON.stringify(path)} is outside of the directory that the file is in`);
  }

  #list(key: string, what: string): unknown[] {
    const value = this.#values[key] ?? [];
    if (Array.isArray(value)) return value;
    throw this.#error(key, what);
  }

  #map(value: unknown, key: string, what: string): Config {
    if (!isMap(value)) throw this.#error(key, what);
    return new Config(this.path, this.#dir, value);
  }

  #error(key: string, what: string): InputError {
    return new InputError(`${this.path}: ${key} must be ${what}`);
  }
}

/**
 * Reads a YAML file of a directory.
 *
 * @returns undefined when there is none
 * @throws {InputError} when it cannot be read, or is no map
 */
export function readConfig(dir: string, name: string): Config | undefined {
  const path = join(dir, name);
  const text = textOf(path);
  if (text === undefined) return undefined;
  if (text.length > configUnitsMax) throw new InputError(`${path}: longer than ${configUnitsMax} characters`);
  const values = parse(path, text) ?? {};
  if (!isMap(values)) throw new InputError(`${path}: not a map of settings`);
  return new Config(path, dir, values);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // A directory of that name configures nothing.
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
    throw new InputError(`${path}: the file cannot be read: ${message}`);
  }
}

/** The parser is loaded by who has such a file only: programs that serve calls do not pay for it. */
function parse(path: string, text: string): unknown {
  const yaml = createRequire(import.meta.url)("yaml") as typeof Yaml;
  try {
    return yaml.parse(text, { logLevel: "error" });
  } catch (error) {
    const what = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new InputError(`${path}: not valid YAML: ${what?.replace(/:$/, "")}`);
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
