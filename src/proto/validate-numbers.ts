import type { DescriptorProto, FieldDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { Span } from "./ast.js";
import { fieldNumberMax } from "./limits.js";
import { errorAt, type FileUnit, warningAt } from "./unit.js";

const implementationFirst = 19000;
const implementationLast = 19999;

/** Checks the numbers and names of a message's fields against each other and against what is reserved. */
export function validateNumbers(unit: FileUnit, desc: DescriptorProto): void {
  const byNumber = new Map<number, FieldDescriptorProto>();
  const reservedNames = new Set(desc.reservedName);
  for (const field of desc.field) {
    const at = numberSpan(unit, field);
    validateNumber(unit, field, at);
    const same = byNumber.get(field.number);
    if (same === undefined) byNumber.set(field.number, field);
    else
      errorAt(
        unit,
        at,
        `Field number ${field.number} has already been used in "${desc.name}" by field "${same.name}".`,
      );
    if (desc.reservedRange.some((range) => field.number >= range.start && field.number < range.end))
      errorAt(unit, at, `Field "${field.name}" uses reserved number ${field.number}.`);
    const extension = desc.extensionRange.find((range) => field.number >= range.start && field.number < range.end);
    if (extension !== undefined)
      errorAt(
        unit,
        at,
        `Extension range ${extension.start} to ${extension.end - 1} includes field "${field.name}" (${field.number}).`,
      );
    if (reservedNames.has(field.name))
      errorAt(unit, unit.origins.nameOf(field), `Field name "${field.name}" is reserved.`);
  }
  validateRanges(unit, desc);
}

/** Checks one field number, also of extensions; false after an error. */
export function validateNumber(unit: FileUnit, field: FieldDescriptorProto, at: Span | undefined): boolean {
  const { number } = field;
  if (number < 1) errorAt(unit, at, "Field numbers must be positive integers.");
  else if (number > fieldNumberMax) errorAt(unit, at, `Field numbers cannot be greater than ${fieldNumberMax}.`);
  else if (number >= implementationFirst && number <= implementationLast)
    errorAt(
      unit,
      at,
      `Field numbers ${implementationFirst} through ${implementationLast} are reserved for the protocol buffer library implementation.`,
    );
  else return true;
  return false;
}

/** Whether a message leaves a number to extensions. */
export function declaresExtension(message: DescriptorProto, number: number): boolean {
  return message.extensionRange.some((range) => number >= range.start && number < range.end);
}

export function numberSpan(unit: FileUnit, field: FieldDescriptorProto): Span | undefined {
  return unit.origins.field(field)?.number;
}

interface NumberRange {
  readonly start: number;
  /** The last number in it. */
  readonly last: number;
  readonly what: string;
  readonly node: Span | undefined;
}

function validateRanges(unit: FileUnit, desc: DescriptorProto): void {
  if (desc.reservedRange.length + desc.extensionRange.length + desc.reservedName.length === 0) return;
  const elements = unit.origins.message(desc);
  const body = elements?.kind === "message" ? elements.body.elements : (elements?.group?.elements ?? []);
  const reservedNodes = body.flatMap((one) => (one.kind === "reserved" ? one.ranges : []));
  const extensionNodes = body.flatMap((one) => (one.kind === "extensions" ? one.ranges : []));
  const ranges: NumberRange[] = [
    ...desc.reservedRange.map((r, i) => ({
      start: r.start,
      last: r.end - 1,
      what: "Reserved",
      node: reservedNodes[i],
    })),
    ...desc.extensionRange.map((r, i) => ({
      start: r.start,
      last: r.end - 1,
      what: "Extension",
      node: extensionNodes[i],
    })),
  ];
  reportOverlaps(unit, ranges);
  const nameNodes = body.flatMap((one) => (one.kind === "reserved" ? one.names : []));
  reportReservedNames(unit, desc.reservedName, nameNodes);
}

/** Tells ranges that share numbers, each at the one that is written later. */
export function reportOverlaps(unit: FileUnit, ranges: readonly NumberRange[]): void {
  const sorted = [...ranges].sort((a, b) => a.start - b.start || a.last - b.last);
  let widest: NumberRange | undefined;
  for (const range of sorted) {
    if (widest !== undefined && range.start <= widest.last) {
      const [earlier, later] = inOrder(widest, range);
      errorAt(
        unit,
        later.node,
        `${later.what} range ${later.start} to ${later.last} overlaps with already-defined ${earlier.what.toLowerCase()}` +
          ` range ${earlier.start} to ${earlier.last}.`,
      );
    }
    if (widest === undefined || range.last > widest.last) widest = range;
  }
}

function inOrder(a: NumberRange, b: NumberRange): [NumberRange, NumberRange] {
  return (a.node?.start ?? 0) <= (b.node?.start ?? 0) ? [a, b] : [b, a];
}

/** Tells reserved names that are no names, or there twice. */
export function reportReservedNames(
  unit: FileUnit,
  names: readonly string[],
  nodes: readonly (Span & { readonly kind?: string })[],
): void {
  const seen = new Set<string>();
  for (const [i, name] of names.entries()) {
    const node = nodes[i];
    if (seen.has(name)) errorAt(unit, node, `Name "${name}" is reserved multiple times.`);
    seen.add(name);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      warnOf(unit, node, `Reserved name "${name}" is not a valid identifier.`);
    else if (node?.kind === "string" && unit.syntax === "editions")
      errorAt(unit, node, "Reserved names must be identifiers in editions, not string literals.");
    else if (node?.kind !== "string" && unit.syntax !== "editions")
      errorAt(unit, node, "Reserved names must be string literals. (Only editions supports identifiers.)");
  }
}

/** A name that nothing can have reserves nothing, and does no harm. */
function warnOf(unit: FileUnit, node: Span | undefined, message: string): void {
  if (node !== undefined) warningAt(unit, node, message);
}
