/** Files by their import paths; what is asked of is `t.proto`. A text alone is that file. */
export type Sources = string | Readonly<Record<string, string>>;

export const p2: string = 'syntax = "proto2";\n';
export const p3: string = 'syntax = "proto3";\n';
export const e23: string = 'edition = "2023";\n';
export const e24: string = 'edition = "2024";\n';
export const descriptorImport: string = 'import "google/protobuf/descriptor.proto";\n';
export const byteOrderMark: string = "\ufeff";

/** Bytes that are not UTF-8, as a file that has them is read. */
export function rawBytes(...bytes: readonly number[]): string {
  return bytes.map((byte) => String.fromCharCode(0xdc00 + byte)).join("");
}

/** What a custom option needs, in the file itself. */
export function withOption(fields: string): string {
  return `${p2}${descriptorImport}extend google.protobuf.FileOptions { ${fields} }\n`;
}

/** Messages in messages. */
export function nest(depth: number, inner = "", syntax: string = p2): string {
  return `${syntax}${"message A{".repeat(depth)}${inner}${"}".repeat(depth)}`;
}

/** Options in a file of their own, and what uses them. */
export function inTwoFiles(declarations: string, use: string, syntax: string = p2): Sources {
  return {
    "o.proto": `${syntax}${descriptorImport}${declarations}`,
    "t.proto": `${syntax}import "o.proto";\n${use}`,
  };
}

/** A message with a field of each kind, for the values of options. */
export const optionType: string =
  "message Opt { optional int32 a = 1; optional Opt o = 2; repeated string strs = 3; optional E e = 4; optional float f = 5;" +
  " repeated Opt os = 6; optional bytes b = 7; optional string s = 8; optional group Grp = 9 { optional int32 x = 1; }" +
  " extensions 100 to 200; oneof oo { int32 oa = 20; int32 ob = 21; } map<string, int32> mm = 22; map<string, Opt> mo = 23;" +
  " optional bool bo = 24; repeated int32 is = 25; optional int64 l = 26; optional uint32 u = 27; }" +
  " enum E { X = 0; Y = 1; } extend Opt { optional int32 xa = 100; optional Opt xb = 101; }";

export const optionType3: string =
  "message Opt { int32 a = 1; Opt o = 2; repeated string strs = 3; E e = 4; float f = 5; repeated Opt os = 6; bytes b = 7;" +
  " string s = 8; bool bo = 9; optional int32 oa = 10; oneof x { int32 ob = 11; } double d = 12; int64 l = 13; }" +
  " enum E { X = 0; Y = 1; }";

/** A value of {@link optionType}. */
export function optionValue(value: string): Sources {
  const option = "extend google.protobuf.FileOptions { optional Opt opt = 50001; }";
  return inTwoFiles(`${optionType}\n${option}`, `option (opt) = ${value};`);
}

/** A value of {@link optionType3}. */
export function optionValue3(value: string): Sources {
  return inTwoFiles(
    `${optionType3}\nextend google.protobuf.FileOptions { Opt opt = 50001; }`,
    `option (opt) = ${value};`,
    p3,
  );
}

/** Options with required fields. */
export function required(use: string): Sources {
  return inTwoFiles(
    "message R { required int32 a = 1; optional R r = 2; repeated R rs = 3; optional int32 b = 4; }" +
      " message O { optional R r = 1; optional int32 b = 2; repeated R rs = 3; }\n" +
      "extend google.protobuf.FileOptions { optional R r = 50001; optional O o = 50002; repeated R rs = 50003; }",
    use,
  );
}

/** A value of an Any. */
export function anyValue(value: string): Sources {
  return {
    "o.proto":
      `${p2}${descriptorImport}import "google/protobuf/any.proto"; ${optionType} extend google.protobuf.FileOptions` +
      " { optional google.protobuf.Any any = 50001; optional Opt opt = 50002; repeated google.protobuf.Any anys = 50003; }",
    "t.proto": `${p2}import "o.proto"; option (any) = ${value};`,
  };
}

/** A range of extensions with options. */
export function declared(options: string, more = ""): string {
  return `${p2}message Foo { extensions 4 to 1000 [ ${options} ]; } message Bar {} ${more}`;
}

/** A value of a message whose fields have the form of groups. */
export function delimited(value: string): Sources {
  return {
    "o.proto":
      `${e23}${descriptorImport}option features.message_encoding = DELIMITED; message Opt { Bar bar = 1; Bar other = 2;` +
      " message Inn { int32 x = 1; } Inn inn = 3; Inn Inn2 = 4; repeated Bar bars = 5; } message Bar { int32 a = 1; }" +
      " extend google.protobuf.FileOptions { Opt opt = 50001; }",
    "t.proto": `${e23}import "o.proto"; option (opt) = ${value};`,
  };
}

/** An option with `feature_support`, and its use. */
export function supported(support: string, use = "option (f) = 1;", edition: string = e23): Sources {
  return {
    "o.proto": `${e23}${descriptorImport}extend google.protobuf.FileOptions { int32 f = 50001 [feature_support = { ${support} }]; }`,
    "t.proto": `${edition}import "o.proto"; ${use}`,
  };
}

/** Values in values. */
export function deep(depth: number): Sources {
  return optionValue(`{ ${"o { ".repeat(depth)}${"} ".repeat(depth)}}`);
}

/** A value in messages that its name leads through. */
export function dotted(depth: number): Sources {
  const option = "extend google.protobuf.FileOptions { optional Opt opt = 50001; }";
  return inTwoFiles(`${optionType}\n${option}`, `option (opt)${".o".repeat(depth)}.a = 1;`);
}

/** Options that are message sets, or hold one. */
export function messageSet(use: string): Sources {
  return {
    "o.proto":
      `${p2}${descriptorImport}message Set { option message_set_wire_format = true; extensions 4 to max; }` +
      " message Item { extend Set { optional Item item = 15; } optional int32 a = 1; }" +
      " message Other { optional int32 b = 1; } extend Set { optional Other other = 1000; optional Other big = 600000000; }" +
      " message Opt { optional Set set = 1; }" +
      " extend google.protobuf.FileOptions { optional Set set = 50001; optional Opt opt = 50002; }",
    "t.proto": `${p2}import "o.proto"; ${use}`,
  };
}
