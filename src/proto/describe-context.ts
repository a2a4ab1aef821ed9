import type { Edition } from "@bufbuild/protobuf/wkt";
import type { EmptyNode, OptionNode, Span } from "./ast.js";
import type { SourceInfoRecorder } from "./source-info.js";
import type { TokenList } from "./token.js";
import type { Origins, PendingOptions, Syntax, TypeReference } from "./unit.js";

/** What turning one file's tree into descriptors fills. */
export interface DescribeContext {
  readonly syntax: Syntax;
  readonly edition: Edition;
  readonly tokens: TokenList;
  readonly info: SourceInfoRecorder;
  readonly origins: Origins;
  readonly typeReferences: TypeReference[];
  readonly pendingOptions: PendingOptions[];
  error(span: Span, message: string): void;
}

/** The options of one element, filled while its statements are read. */
export class OptionsOf {
  readonly #context: DescribeContext;
  readonly #path: readonly number[];
  readonly #pending: PendingOptions;

  /** @param path of the options message */
  constructor(context: DescribeContext, type: string, owner: object, scope: string, path: readonly number[]) {
    this.#context = context;
    this.#path = path;
    this.#pending = { type: `google.protobuf.${type}`, owner, scope, items: [] };
  }

  /** `option a = b;` */
  statement(node: OptionNode): void {
    this.#context.info.add(this.#path, node.start, node.end);
    this.#context.info.declare(this.add(node), node.end);
  }

  /** One of `[a = b, ...]`. */
  add(node: OptionNode): number {
    const location = this.#context.info.add(this.#path, node.start, node.end);
    if (this.#pending.items.length === 0) this.#context.pendingOptions.push(this.#pending);
    this.#pending.items.push({ node, location, path: this.#path });
    return location;
  }
}

/** A `;` on its own. */
export function skipEmpty(context: DescribeContext, node: EmptyNode): void {
  context.info.skip(node.start);
}
