import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DescField, type DescMessage, type FileRegistry, fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  type SourceCodeInfo_Location,
} from "@bufbuild/protobuf/wkt";
import { rootDir } from "./corpus.js";

/** What `buf` compiles the files of a directory to. It takes a directory, and all that is in it. */
export function byBuf(dir: string): FileDescriptorProto[] {
  const out = join(dir, "..", "out.binpb");
  const buf = join(rootDir, "node_modules/.bin/buf");
  execFileSync(buf, ["build", dir, "-o", out, "--as-file-descriptor-set"], { stdio: ["ignore", "ignore", "inherit"] });
  return fromBinary(FileDescriptorSetSchema, readFileSync(out)).file;
}

/** The names of the fields on the way to a part of a file. */
function fieldNames(path: readonly number[]): string[] {
  const names: string[] = [];
  let message: DescMessage | undefined = FileDescriptorProtoSchema;
  for (let i = 0; i < path.length && message !== undefined; i++) {
    const field: DescField | undefined = message.fields.find((one) => one.number === path[i]);
    names.push(field?.name ?? "?");
    if (field?.fieldKind === "list") i++;
    message = field?.message;
  }
  return names;
}

function locationText(location: SourceCodeInfo_Location): string {
  // `buf` leaves out the line end of a comment that trails on the same line.
  const comments = [location.leadingComments, location.trailingComments, ...location.leadingDetachedComments];
  return `${location.path.join(",")} | ${location.span.join(",")} | ${JSON.stringify(comments.map((text) => text.replace(/\n$/, "")))}`;
}

/**
 * Where `buf` and `protoc` differ in all files: `buf` tells the parts of an option's value and more of a default; not
 * the brackets around a default; and a JSON name or a list of what is reserved once.
 */
export function locations(file: FileDescriptorProto): string[] {
  const once = new Set<string>();
  return (file.sourceCodeInfo?.location ?? [])
    .filter((location) => {
      const names = fieldNames(location.path);
      const last = names.at(-1);
      if (names.includes("options") || last === "default_value") return false;
      if (last !== "json_name" && last !== "reserved_name" && last !== "reserved_range") return true;
      const key = location.path.join(",");
      return once.has(key) ? false : once.add(key);
    })
    .map(locationText)
    .sort();
}

/** A descriptor without its source info, with custom options by name. */
export function meaning(file: FileDescriptorProto, registry: FileRegistry): unknown {
  const copy = fromBinary(FileDescriptorProtoSchema, toBinary(FileDescriptorProtoSchema, file));
  delete copy.sourceCodeInfo;
  return JSON.parse(JSON.stringify(toJson(FileDescriptorProtoSchema, copy, { registry })), (_, value) => {
    // The text of a default that is a float is free, its value is not.
    if (value?.type === "TYPE_FLOAT" && value.defaultValue)
      value.defaultValue = Math.fround(Number(value.defaultValue));
    if (value?.type === "TYPE_DOUBLE" && value.defaultValue) value.defaultValue = Number(value.defaultValue);
    return value;
  });
}
