import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { type Finding, Places } from "../proto/places.js";
import type { LintSettings } from "./lint-settings.js";

/**
 * `// lint:ignore RULE why`, as a line of the comment before what it is about. Blanks end with the line and may be at one place
 * only: else text of blank lines would be gone over again and again.
 */
const ignoreLine: RegExp =
  /^[^\S\n\r\u2028\u2029]*(?:\*[^\S\n\r\u2028\u2029]*)?(?:buf:)?lint:ignore[^\S\n\r\u2028\u2029]+([A-Z0-9_]+)/gm;

/** What encloses a part of a descriptor, from the outside to the part itself. */
export type Enclosing = readonly object[];

/** Collects what the rules find in one file, without what comments say to ignore. */
export class FileReport {
  readonly file: FileDescriptorProto;
  readonly findings: Finding[] = [];
  readonly #places: Places;
  readonly settings: LintSettings;
  readonly #path: string;

  /** @param path where the file is, for what the settings pass over */
  constructor(file: FileDescriptorProto, settings: LintSettings, path: string) {
    this.file = file;
    this.settings = settings;
    this.#path = path;
    this.#places = new Places(file);
  }

  /** The comment right before a part, without its marks. */
  commentOf(part: object): string {
    return this.#places.locationOf(part)?.leadingComments ?? "";
  }

  /** Tells what is wrong with the last of `parts`; a comment on any of them may have it ignored. */
  add(rule: string, parts: Enclosing, message: string, sub: readonly number[] = []): void {
    const part = parts.at(-1) ?? this.file;
    if (!this.settings.rules.has(rule) || this.settings.isIgnored(rule, this.#path)) return;
    if (parts.some((one) => this.#ignores(this.commentOf(one), rule))) return;
    if (part === this.file && this.#isIgnoredAt(rule, sub)) return;
    this.findings.push(this.#places.finding(rule, part, message, sub));
  }

  /** What has no descriptor of its own is ignored by the comment on the syntax, the package or the import. */
  #isIgnoredAt(rule: string, sub: readonly number[]): boolean {
    const comments = [[12], [14], [2], sub].map((path) => this.#places.locationOf(this.file, path)?.leadingComments);
    return comments.some((text) => this.#ignores(text ?? "", rule));
  }

  #ignores(comment: string, rule: string): boolean {
    return this.settings.commentIgnores && [...comment.matchAll(ignoreLine)].some((match) => match[1] === rule);
  }
}
