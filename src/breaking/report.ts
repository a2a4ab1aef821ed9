import type { DescFile } from "@bufbuild/protobuf";
import { stabilityOf } from "../proto/package-version.js";
import { type Finding, Places } from "../proto/places.js";
import type { BreakingSettings } from "./breaking-settings.js";

/** What holds for a file. */
export interface FileRules {
  readonly settings: BreakingSettings;
  /** Where the file is, or was: undefined where it was never on this disk. */
  readonly path: string | undefined;
}

/** Collects what the rules find. */
export class Report {
  readonly findings: Finding[] = [];
  readonly #rulesOf: (file: string) => FileRules;
  readonly #places = new Map<DescFile, Places>();

  /** @param rulesOf what holds for a file, by its import name */
  constructor(rulesOf: (file: string) => FileRules) {
    this.#rulesOf = rulesOf;
  }

  /** @param part the descriptor message in the file that this is about; `sub` the path to something in it */
  add(rule: string, file: DescFile, part: object, message: string, sub: readonly number[] = []): void {
    const { settings, path } = this.#rulesOf(file.proto.name);
    if (!settings.rules.has(rule) || (path !== undefined && settings.isIgnored(rule, path))) return;
    if (settings.ignoreUnstablePackages && stabilityOf(file.proto.package) === "unstable") return;
    const places = this.#places.get(file) ?? new Places(file.proto);
    this.#places.set(file, places);
    this.findings.push(places.finding(rule, part, message, sub));
  }
}
