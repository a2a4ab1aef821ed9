import { create } from "@bufbuild/protobuf";
import { Edition, type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { FileElement, FileNode, ImportNode, PackageNode, SyntaxNode } from "./ast.js";
import { type DescribeContext, OptionsOf, skipEmpty } from "./describe-context.js";
import { describeEnum } from "./describe-enum.js";
import { describeExtend, describeMessage } from "./describe-message.js";
import { describeService } from "./describe-service.js";
import type { DiagnosticList } from "./diagnostic.js";
import { packageDotsMax, packageLengthMax } from "./limits.js";
import { joined } from "./names.js";
import type { SourceText } from "./source.js";
import { SourceInfoRecorder } from "./source-info.js";
import type { TokenList } from "./token.js";
import { type FileUnit, type ImportEdge, Origins, type Syntax } from "./unit.js";

/** Makes a file's descriptor from its tree; names of types are still as they were written, and options pending. */
export function describeFile(
  source: SourceText,
  tokens: TokenList,
  diagnostics: DiagnosticList,
  node: FileNode,
  withSourceInfo: boolean,
): FileUnit {
  return new FileDescriber(source, tokens, diagnostics, node, withSourceInfo).run();
}

/** By the word in the file. */
const editions: ReadonlyMap<string, Edition> = new Map([
  ["2023", Edition.EDITION_2023],
  ["2024", Edition.EDITION_2024],
]);

class FileDescriber {
  readonly #source: SourceText;
  readonly #node: FileNode;
  readonly #diagnostics: DiagnosticList;
  readonly #desc: FileDescriptorProto = create(FileDescriptorProtoSchema);
  readonly #context: DescribeContext;
  readonly #options: OptionsOf;
  readonly #imports: ImportEdge[] = [];
  #package: PackageNode | undefined;

  constructor(
    source: SourceText,
    tokens: TokenList,
    diagnostics: DiagnosticList,
    node: FileNode,
    withSourceInfo: boolean,
  ) {
    this.#source = source;
    this.#node = node;
    this.#diagnostics = diagnostics;
    this.#desc.name = source.path;
    this.#context = {
      syntax: syntaxOf(node),
      edition: editionOf(node),
      tokens,
      info: new SourceInfoRecorder(tokens, withSourceInfo),
      origins: new Origins(),
      typeReferences: [],
      pendingOptions: [],
      error: (span, message) => diagnostics.error(tokens.start(span.start), tokens.end(span.end), message),
    };
    const name = node.elements.find((one) => one.kind === "package")?.name.text ?? "";
    this.#options = new OptionsOf(this.#context, "FileOptions", this.#desc, joined(name, "dummy"), [8]);
  }

  run(): FileUnit {
    const { info, tokens } = this.#context;
    const last = tokens.count - 1;
    // The span of the whole file: from the first token to the end of the last.
    if (last > 0) info.add([], 0, last - 1);
    else info.addEmptyFile();
    if (!this.#node.elements.some((one) => one.kind === "syntax"))
      this.#diagnostics.warning(
        tokens.start(0),
        tokens.end(0),
        'No "syntax" and no "edition": the file is read as proto2.',
      );
    for (const element of this.#node.elements) this.#element(element);
    const { syntax, edition, origins, typeReferences, pendingOptions } = this.#context;
    const [source, desc, diagnostics, imports] = [this.#source, this.#desc, this.#diagnostics, this.#imports];
    const fileOptions = this.#node.elements.filter((one) => one.kind === "option");
    const rest = {
      info: info.finish(),
      optionBytes: new Map(),
      edition,
      fileOptions,
      features: undefined,
      isPrebuilt: false,
      isBroken: false,
      isIncomplete: false,
    };
    return { source, tokens, diagnostics, desc, syntax, imports, origins, typeReferences, pendingOptions, ...rest };
  }

  #element(node: FileElement): void {
    const [context, desc] = [this.#context, this.#desc];
    switch (node.kind) {
      case "syntax":
        this.#syntax(node);
        return;
      case "package":
        this.#packageName(node);
        return;
      case "import":
        this.#import(node);
        return;
      case "option":
        this.#options.statement(node);
        return;
      case "message":
        desc.messageType.push(describeMessage(context, node, desc.package, [4, desc.messageType.length]));
        return;
      case "enum":
        desc.enumType.push(describeEnum(context, node, desc.package, [5, desc.enumType.length]));
        return;
      case "service":
        desc.service.push(describeService(context, node, desc.package, [6, desc.service.length]));
        return;
      case "extend":
        describeExtend(context, node, desc.package, [7], desc.extension, { list: desc.messageType, path: [4] });
        return;
      case "empty":
        skipEmpty(context, node);
        return;
    }
  }

  #syntax(node: SyntaxNode): void {
    const { info } = this.#context;
    const location = info.add([12], node.start, node.end);
    const word = node.value.text;
    if (node.isEdition) this.#edition(node, word);
    else if (word === "proto3") this.#desc.syntax = word;
    else if (word !== "proto2")
      this.#context.error(node.value, `Unrecognized syntax identifier "${word}": use "proto3" or "proto2".`);
    info.declare(location, node.end);
  }

  #edition(node: SyntaxNode, word: string): void {
    const edition = editions.get(word);
    this.#desc.syntax = "editions";
    if (edition !== undefined) this.#desc.edition = edition;
    else this.#context.error(node.value, `Unknown edition "${word}": use "2023" or "2024".`);
  }

  #packageName(node: PackageNode): void {
    const { info } = this.#context;
    if (this.#package !== undefined) this.#context.error(node, "Multiple package definitions.");
    this.#package ??= node;
    const location = info.add([2], node.start, node.end);
    this.#desc.package = this.#package.name.text;
    this.#checkPackage(node, node.name.text);
    this.#context.origins.set(this.#desc, node);
    info.declare(location, node.end);
  }

  #checkPackage(node: PackageNode, name: string): void {
    if (name.length > packageLengthMax)
      this.#context.error(node.name, `A package name has at most ${packageLengthMax} characters, not ${name.length}.`);
    const dots = name.split(".").length - 1;
    if (dots > packageDotsMax)
      this.#context.error(node.name, `A package name has at most ${packageDotsMax + 1} parts, not ${dots + 1}.`);
  }

  #import(node: ImportNode): void {
    const { info } = this.#context;
    const isOption = node.modifier?.text === "option";
    const into = isOption ? this.#desc.optionDependency : this.#desc.dependency;
    const index = into.length;
    const path = node.path.text;
    const location = info.add([isOption ? 15 : 3, index], node.start, node.end);
    const isPublic = node.modifier?.text === "public";
    if (isPublic) this.#modifier(node, 10, this.#desc.publicDependency, index);
    if (node.modifier?.text === "weak") this.#modifier(node, 11, this.#desc.weakDependency, index);
    this.#checkImport(node, isOption);
    into.push(path);
    this.#imports.push({ path, isPublic, isOption, node, unit: undefined, isUsed: false });
    info.declare(location, node.end);
  }

  #checkImport(node: ImportNode, isOption: boolean): void {
    const { edition } = this.#context;
    const path = node.path.text;
    const at = node.modifier ?? node;
    if (isOption && edition < Edition.EDITION_2024)
      this.#context.error(at, '"import option" is not supported before edition 2024.');
    if (node.modifier?.text === "weak" && edition >= Edition.EDITION_2024)
      this.#context.error(at, '"import weak" is not supported from edition 2024 on: use "import option".');
    if (!isOption && this.#desc.optionDependency.length > 0)
      this.#context.error(node, 'Imports must stand before all "import option".');
    if (this.#desc.dependency.includes(path) || this.#desc.optionDependency.includes(path))
      this.#context.error(node, `Import "${path}" was listed twice.`);
  }

  #modifier(node: ImportNode, field: number, list: number[], index: number): void {
    if (node.modifier === undefined) return;
    this.#context.info.add([field, list.length], node.modifier.start, node.modifier.end);
    list.push(index);
  }
}

/** An edition that is not known counts as the latest one. */
function editionOf(node: FileNode): Edition {
  const first = node.elements.find((one) => one.kind === "syntax");
  if (first === undefined || first.value.text === "proto2") return Edition.EDITION_PROTO2;
  if (!first.isEdition) return Edition.EDITION_PROTO3;
  return editions.get(first.value.text) ?? Edition.EDITION_2024;
}

function syntaxOf(node: FileNode): Syntax {
  const first = node.elements.find((one) => one.kind === "syntax");
  if (first === undefined) return "proto2";
  if (first.isEdition) return "editions";
  return first.value.text === "proto2" ? "proto2" : "proto3";
}
