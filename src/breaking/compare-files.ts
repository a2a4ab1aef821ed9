import type { DescEnum, DescExtension, DescFile, DescMessage, DescService, FileRegistry } from "@bufbuild/protobuf";
import { create } from "@bufbuild/protobuf";
import { type FileDescriptorProto, type FileOptions, FileOptionsSchema } from "@bufbuild/protobuf/wkt";
import { byPlace, type Finding } from "../proto/places.js";
import { registryOf } from "../proto/registry.js";
import { compareEnum } from "./compare-enum.js";
import { compareField } from "./compare-field.js";
import { compareMessage } from "./compare-message.js";
import { comparePackages, type Declarations } from "./compare-packages.js";
import { compareService } from "./compare-service.js";
import { type FileRules, Report } from "./report.js";

/** Descriptors with all that they import, and which of them are to be compared. */
export interface Version {
  readonly files: readonly FileDescriptorProto[];
  /** Import names. */
  readonly names: readonly string[];
}

/**
 * Finds what is no longer compatible.
 *
 * @param rulesOf what holds for a file, by its import name
 * @returns findings by file and place; their files are those of now, or those before where something is gone
 */
export function findBreakingChanges(before: Version, now: Version, rulesOf: (file: string) => FileRules): Finding[] {
  const report = new Report(rulesOf);
  const old = contentsOf(before);
  const current = contentsOf(now);
  for (const file of old.files) compareFile(file, current, report);
  compareNamed(old.messages, current.messages, (a, b) => compareMessage(a, b, report));
  compareNamed(old.enums, current.enums, (a, b) => compareEnum(a, b, report));
  compareNamed(old.services, current.services, (a, b) => compareService(a, b, report));
  compareNamed(old.extensions, current.extensions, (a, b) => compareField(a, b, report));
  comparePackages(declarationsOf(old), declarationsOf(current), report);
  return report.findings.sort(byPlace);
}

interface Contents {
  readonly files: readonly DescFile[];
  readonly messages: ReadonlyMap<string, DescMessage>;
  readonly enums: ReadonlyMap<string, DescEnum>;
  readonly services: ReadonlyMap<string, DescService>;
  readonly extensions: ReadonlyMap<string, DescExtension>;
}

function contentsOf(version: Version): Contents {
  const registry: FileRegistry = registryOf(version.files);
  const names = new Set(version.names);
  const files = [...registry.files].filter((file) => names.has(file.proto.name));
  const messages = files.flatMap((file) => file.messages.flatMap(withNested));
  return {
    files,
    messages: byName(messages),
    enums: byName([...files.flatMap((file) => file.enums), ...messages.flatMap((one) => one.nestedEnums)]),
    services: byName(files.flatMap((file) => file.services)),
    extensions: byNumber([...files.flatMap((file) => file.extensions), ...messages.flatMap((m) => m.nestedExtensions)]),
  };
}

function withNested(message: DescMessage): DescMessage[] {
  return [message, ...message.nestedMessages.flatMap(withNested)];
}

function byName<T extends { readonly typeName: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.typeName, item]));
}

/** An extension is the field of its number, whatever its name. */
function byNumber(items: readonly DescExtension[]): Map<string, DescExtension> {
  return new Map(items.map((item) => [`${item.extendee.typeName} ${item.number}`, item]));
}

function declarationsOf({ files, messages, enums, services, extensions }: Contents): Declarations {
  const [allMessages, allEnums] = [[...messages.values()], [...enums.values()]];
  const [allServices, allExtensions] = [[...services.values()], [...extensions.values()]];
  return { files, messages: allMessages, enums: allEnums, services: allServices, extensions: allExtensions };
}

function compareNamed<T>(
  before: ReadonlyMap<string, T>,
  now: ReadonlyMap<string, T>,
  each: (a: T, b: T) => void,
): void {
  for (const [name, old] of before) {
    const current = now.get(name);
    if (current !== undefined) each(old, current);
  }
}

function compareFile(old: DescFile, current: Contents, report: Report): void {
  const file = current.files.find((one) => one.proto.name === old.proto.name);
  if (file === undefined) {
    report.add("FILE_NO_DELETE", old, old.proto, `File "${old.proto.name}" was deleted.`);
    return;
  }
  const now = contentsOfFile(file);
  for (const [rule, what, items] of [
    ["MESSAGE_NO_DELETE", "Message", withoutDeletedParents(old, now)],
    ["ENUM_NO_DELETE", "Enum", contentsOfFile(old).enums],
    ["SERVICE_NO_DELETE", "Service", old.services],
    ["EXTENSION_NO_DELETE", "Extension", contentsOfFile(old).extensions],
  ] as const) {
    for (const item of items) {
      const parent = "parent" in item ? item.parent : undefined;
      if (now.names.has(item.typeName) || (parent !== undefined && !now.names.has(parent.typeName))) continue;
      report.add(rule, old, item.proto, `${what} "${item.typeName}" was deleted from file "${old.proto.name}".`);
    }
  }
  compareHead(old, file, report);
}

/** When a message goes, what was in it goes with it: that is told once. */
function withoutDeletedParents(old: DescFile, now: { readonly names: ReadonlySet<string> }): DescMessage[] {
  return contentsOfFile(old).messages.filter((one) => one.parent === undefined || now.names.has(one.parent.typeName));
}

function contentsOfFile(file: DescFile): {
  readonly messages: readonly DescMessage[];
  readonly enums: readonly DescEnum[];
  readonly extensions: readonly DescExtension[];
  readonly names: ReadonlySet<string>;
} {
  const messages = file.messages.flatMap(withNested);
  const enums = [...file.enums, ...messages.flatMap((one) => one.nestedEnums)];
  const extensions = [...file.extensions, ...messages.flatMap((one) => one.nestedExtensions)];
  const names = new Set([...messages, ...enums, ...extensions, ...file.services].map((one) => one.typeName));
  return { messages, enums, extensions, names };
}

function compareHead(old: DescFile, file: DescFile, report: Report): void {
  const [before, now] = [old.proto, file.proto];
  if (before.package !== now.package) {
    const text = `File package changed from "${before.package}" to "${now.package}".`;
    report.add("FILE_SAME_PACKAGE", file, now, text, [2]);
  }
  if (old.edition !== file.edition) {
    const text = `File syntax changed from ${syntaxOf(old)} to ${syntaxOf(file)}.`;
    report.add("FILE_SAME_SYNTAX", file, now, text, now.edition === 0 ? [12] : [14]);
  }
  for (const field of FileOptionsSchema.fields) {
    if (field.fieldKind !== "scalar" && field.fieldKind !== "enum") continue;
    const [a, b] = [optionOf(before.options, field.localName), optionOf(now.options, field.localName)];
    if (a === b) continue;
    const text = `File option "${field.name}" changed from ${JSON.stringify(a)} to ${JSON.stringify(b)}.`;
    report.add(`FILE_SAME_${field.name.toUpperCase()}`, file, now, text, [8, field.number]);
  }
}

function optionOf(options: FileOptions | undefined, name: string): string | number | boolean {
  // What is not written has its default, with options around it or without.
  const value: unknown = Reflect.get(options ?? create(FileOptionsSchema), name);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : "";
}

function syntaxOf(file: DescFile): string {
  return `"${file.proto.syntax || "proto2"}"${file.proto.edition === 0 ? "" : ` ${file.proto.edition}`}`;
}
