import {
  type DescExtension,
  type DescField,
  type DescMessage,
  getOption,
  hasOption,
  ScalarType,
} from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { registryOf } from "../proto/registry.js";
import type { FileReport } from "./file-report.js";
import { limitFaults } from "./protovalidate-limits.js";

const rule = "PROTOVALIDATE";
const extensionName = "buf.validate.field";
const shownName = `(${extensionName})`;
const ignoreAlways = 3;

/** Checks that rules of protovalidate fit the types of their fields, and can be met. Expressions in CEL are not looked at. */
export function checkProtovalidate(reports: readonly FileReport[], all: readonly FileDescriptorProto[]): void {
  const isAsked = reports.some((report) => report.settings.rules.has(rule));
  if (!isAsked || !all.some((file) => file.name === "buf/validate/validate.proto")) return;
  const registry = registryOf(all);
  const extension = registry.getExtension(extensionName);
  if (extension?.message === undefined) return;
  for (const report of reports) {
    const file = registry.getFile(report.file.name);
    for (const message of file?.messages ?? []) checkMessage(message, [], extension, report);
  }
}

function checkMessage(
  desc: DescMessage,
  around: readonly object[],
  extension: DescExtension,
  report: FileReport,
): void {
  const parts = [...around, desc.proto];
  for (const field of desc.fields) {
    if (!hasOption(field, extension) || extension.message === undefined) continue;
    const rules = reflect(extension.message, getOption(field, extension) as ReflectMessage["message"]);
    for (const text of faultsOf(field, rules)) {
      report.add(rule, [...parts, field.proto], `Field "${field.name}" ${text}.`, [8, extension.number]);
    }
  }
  for (const nested of desc.nestedMessages) checkMessage(nested, parts, extension, report);
}

/** What a rule is about: a field, or what is in a list or a map. */
interface Subject {
  readonly shape: "one" | "list" | "map";
  readonly scalar: ScalarType | undefined;
  readonly isEnum: boolean;
  readonly message: DescMessage | undefined;
}

function faultsOf(field: DescField, rules: ReflectMessage): string[] {
  const shape = field.fieldKind === "list" || field.fieldKind === "map" ? field.fieldKind : "one";
  const value = { scalar: field.scalar, isEnum: field.enum !== undefined, message: field.message };
  const faults = typeFaults(rules, shownName, { shape, ...value }, field);
  if (ruleOf(rules, "required") === true && field.oneof !== undefined)
    faults.push(`is required and in the oneof "${field.oneof.name}", of which one field alone is set`);
  const others = rules.fields.filter((one) => one.name !== "ignore" && rules.isSet(one));
  if (ruleOf(rules, "ignore") === ignoreAlways && others.length > 0)
    faults.push("is ignored always, so its other rules have no effect");
  return faults;
}

function typeFaults(rules: ReflectMessage, name: string, subject: Subject, field: DescField): string[] {
  const type = rules.oneofs.find((one) => one.name === "type");
  const set = type && rules.oneofCase(type);
  if (set?.message === undefined) return [];
  const inner = rules.get(set) as ReflectMessage;
  const path = `${name}.${set.name}`;
  if (set.name !== kindOf(subject)) return [`is no ${set.name}, which ${path} is for`];
  if (set.name !== "repeated" && set.name !== "map") return limitFaults(inner, path);
  return [...limitFaults(inner, path), ...itemFaults(inner, name, subject, field)];
}

/** Rules of the items of a list, and of the keys and values of a map. */
function itemFaults(rules: ReflectMessage, name: string, subject: Subject, field: DescField): string[] {
  const faults: string[] = [];
  const one = { ...subject, shape: "one" } as const;
  if (ruleOf(rules, "unique") === true && subject.message !== undefined && wrapped(subject.message) === undefined)
    faults.push("has messages, which are not compared: unique is for scalars and their wrappers");
  const key = { shape: "one", scalar: field.fieldKind === "map" ? field.mapKey : undefined } as const;
  const subjects: Readonly<Record<string, Subject>> = {
    items: one,
    values: one,
    keys: { ...key, isEnum: false, message: undefined },
  };
  for (const part of rules.fields) {
    const inner = subjects[part.name];
    if (inner === undefined || !rules.isSet(part)) continue;
    faults.push(...typeFaults(rules.get(part) as ReflectMessage, `${name}.${part.name}`, inner, field));
  }
  return faults;
}

const wellKnown: Readonly<Record<string, string>> = {
  "google.protobuf.Any": "any",
  "google.protobuf.Duration": "duration",
  "google.protobuf.FieldMask": "field_mask",
  "google.protobuf.Timestamp": "timestamp",
};

/** The name of the rules that fit; "" where none do. */
function kindOf({ shape, scalar, isEnum, message }: Subject): string {
  if (shape !== "one") return shape === "list" ? "repeated" : "map";
  if (isEnum) return "enum";
  const type = scalar ?? (message === undefined ? undefined : wrapped(message));
  if (type !== undefined) return ScalarType[type].toLowerCase();
  return wellKnown[message?.typeName ?? ""] ?? "";
}

/** What is in a message of `google/protobuf/wrappers.proto`. */
function wrapped({ typeName, fields }: DescMessage): ScalarType | undefined {
  return /^google\.protobuf\.(?:Double|Float|U?Int(?:32|64)|Bool|String|Bytes)Value$/.test(typeName)
    ? fields[0]?.scalar
    : undefined;
}

function ruleOf(rules: ReflectMessage, name: string): unknown {
  const field = rules.fields.find((one) => one.name === name);
  return field !== undefined && rules.isSet(field) ? rules.get(field) : undefined;
}
