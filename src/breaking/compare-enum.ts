import type { DescEnum } from "@bufbuild/protobuf";
import { jsonFormatOf } from "./json-format.js";
import { closed, covers, rangeText } from "./ranges.js";
import type { Report } from "./report.js";

/** Compares an enum with the one of the same name before. */
export function compareEnum(old: DescEnum, now: DescEnum, report: Report): void {
  const name = now.typeName;
  if (old.open !== now.open) {
    const [a, b] = [old.open, now.open].map((open) => (open ? "open" : "closed"));
    report.add("ENUM_SAME_TYPE", now.file, now.proto, `Enum "${name}" changed from ${a} to ${b}.`);
  }
  if (jsonFormatOf(old) < jsonFormatOf(now)) {
    report.add("ENUM_SAME_JSON_FORMAT", now.file, now.proto, `JSON of enum "${name}" is no longer checked.`);
  }
  compareValues(old, now, report);
  const ranges = closed(now.proto.reservedRange);
  for (const range of closed(old.proto.reservedRange).filter((one) => !covers(ranges, one))) {
    const text = `Enum "${name}" no longer reserves ${rangeText(range)}.`;
    report.add("RESERVED_ENUM_NO_DELETE", now.file, now.proto, text);
  }
  for (const gone of old.proto.reservedName.filter((one) => !now.proto.reservedName.includes(one))) {
    report.add("RESERVED_ENUM_NO_DELETE", now.file, now.proto, `Enum "${name}" no longer reserves the name "${gone}".`);
  }
}

function compareValues(old: DescEnum, now: DescEnum, report: Report): void {
  const ranges = closed(now.proto.reservedRange);
  for (const number of new Set(old.values.map((value) => value.number))) {
    const names = old.values.filter((value) => value.number === number).map((value) => value.name);
    const current = now.values.filter((value) => value.number === number);
    if (current.length > 0) {
      const gone = names.filter((name) => !current.some((value) => value.name === name));
      if (gone.length === 0) continue;
      const text = `Value ${number} of enum "${now.typeName}" changed its name from "${gone.join('", "')}" to "${current.map((value) => value.name).join('", "')}".`;
      for (const value of current) report.add("ENUM_VALUE_SAME_NAME", now.file, value.proto, text, [2]);
      continue;
    }
    const what = `Value ${number} ("${names.join('", "')}") of enum "${now.typeName}" was deleted`;
    report.add("ENUM_VALUE_NO_DELETE", now.file, now.proto, `${what}.`);
    if (!covers(ranges, { from: number, to: number })) {
      const rule = "ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED";
      report.add(rule, now.file, now.proto, `${what} without reserving the number.`);
    }
    if (names.some((name) => !now.proto.reservedName.includes(name))) {
      const rule = "ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED";
      report.add(rule, now.file, now.proto, `${what} without reserving the name.`);
    }
  }
}
