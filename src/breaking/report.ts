import type { DescFile } from "@bufbuild/protobuf";
import { type Finding, Places } from "../proto/places.js";
import { type Category, ruleCategories } from "./rules-table.js";

/** Collects what the rules of one category find. */
export class Report {
  readonly category: Category;
  readonly findings: Finding[] = [];
  readonly #places = new Map<DescFile, Places>();

  constructor(category: Category) {
    this.category = category;
  }

  /** Whether a rule counts. */
  has(rule: string): boolean {
    return ruleCategories[rule]?.includes(this.category) === true;
  }

  /** @param part the descriptor message in the file that this is about; `sub` the path to something in it */
  add(rule: string, file: DescFile, part: object, message: string, sub: readonly number[] = []): void {
    if (!this.has(rule)) return;
    const places = this.#places.get(file) ?? new Places(file.proto);
    this.#places.set(file, places);
    this.findings.push(places.finding(rule, part, message, sub));
  }
}
