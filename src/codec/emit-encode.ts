import { ScalarType } from "@bufbuild/protobuf";
import { scalarCode } from "./emit-scalar.js";
import * as check from "./encode-check.js";
import { isNumber, wireType, writeField } from "./interpret-encode.js";
import { type FieldPlan, Local, type MessagePlan, Presence } from "./plan.js";
import { CaseMasks, Defaults, FieldMasks, maskBits } from "./presence.js";
import { constants, namesIn, optimizedTextMax, property, quoted, tagOf } from "./source.js";
import * as wire from "./writer.js";

/** What the code calls and compares with, by the names that it uses. */
export const encodeLibrary: Readonly<Record<string, unknown>> = {
  slow: writeField,
  refuse: check.refuse,
  isChild: check.isChild,
  caseOf: check.caseOf,
  keyOf: check.keyOf,
  toLong: check.toLong,
  toBytes: check.toBytes,
  getPrototypeOf: Object.getPrototypeOf,
  Defaults,
  FieldMasks,
  CaseMasks,
  hasOwnProperty: Object.prototype.hasOwnProperty,
  size: wire.varintSize,
  u32: wire.writeUint32,
  i32: wire.writeInt32,
  i64: wire.writeInt64,
  s64: wire.writeSint64,
  fixed32: wire.writeFixed32,
  fixed64: wire.writeFixed64,
  float: wire.writeFloat,
  floatMax: 3.4028234663852886e38,
  int64Min: -(2n ** 63n),
  int64Max: 2n ** 63n - 1n,
  uint64Max: 2n ** 64n - 1n,
};

/** Room for one element of a list or map besides what the message's own numbers take. */
const elementBytesMax = 64;

/** Room is there for `room` bytes wherever a field begins; whatever is not a number restores that behind itself. */
const makeRoom = "if (b.length - p < room) b = w.grow(p, room);";

function writeTag(tag: number): string {
  if (tag < 0x80) return `b[p++] = ${tag};`;
  if (tag < 0x4000) return `b[p++] = ${(tag & 0x7f) | 0x80}; b[p++] = ${tag >>> 7};`;
  return `p = u32(b, p, ${tag});`;
}

/** What the code of `encodeText` refers to. */
export const encodeParameters = ["library", "fields", "types", "oneofs", "h"] as const;

/**
 * The body of a function that makes the function that writes a message of the plan's type. Variables of the code: `w`
 * the writer, `b` its buffer, `p` the offset, `m` the message, `v` a field's value, `x` a single value, `f` the field's
 * plan, `d` what unset fields are read as, `g` the masks of fields to be looked at and `a` one of them, `h` the sizes that lengths had
 * last time: where a length takes as many bytes again, nothing is moved.
 */
export function encodeText(plan: MessagePlan): string {
  const { fields, oneofs } = plan;
  const one = bodyOfOne(plan);
  const body = one.length > optimizedTextMax ? bodyOfParts(plan) : one;
  const used = namesIn(body);
  const inherits = fields.some((field) => field.inherits);
  const library = Object.keys(encodeLibrary).filter((name) => used.has(name) || (name === "Defaults" && inherits));
  const lines = [
    library.length === 0 ? "" : `const { ${library.join(", ")} } = library;`,
    inherits ? "const defaults = new Defaults();" : "",
    ...fields.map((_, i) => {
      const field = `fields[${i}]`;
      return constants(used, [
        [`f${i}`, field],
        [`c${i}`, `${field}.child`],
        [`t${i}`, `types[${i}]`],
      ]);
    }),
    ...oneofs.map((_, i) => constants(used, [[`o${i}`, `oneofs[${i}]`]])),
    body,
  ];
  return lines.filter((line) => line !== "").join("\n");
}

const writeUnknown = 'if ("$unknown" in m && m.$typeName !== undefined) p = w.unknownOf(m, p);';

/** Most messages have the prototype that the last one had. */
const readDefaults = `let d = Defaults.none;
  if (m.$typeName !== undefined) { d = getPrototypeOf(m); if (d !== defaults.last) d = defaults.of(m); }`;

/** One function for the fields of a small type. */
function bodyOfOne({ fields, oneofs }: MessagePlan): string {
  const parts = fields.map((field, i) => {
    const oneof = field.oneof === undefined ? -1 : oneofs.indexOf(field.oneof);
    return emitField(field, i, `k${oneof} === ${quoted(field.name)}`, `v${oneof}`);
  });
  return [
    `const room = ${roomOf(fields)};`,
    `return function (w, m, p) { let b = w.buf, v, x; ${makeRoom}`,
    fields.some((field) => field.inherits) ? readDefaults : "",
    ...oneofs.map((oneof, i) => readCase(property("m", oneof.name), i, [...oneof.cases] as string[])),
    ...parts,
    writeUnknown,
    "return p; };",
  ].join("\n");
}

/**
 * A function for each 30 fields, which is called if one of them is to be looked at: engines do not optimize functions beyond some size,
 * and to look at each of many fields takes longer than most messages' content.
 */
function bodyOfParts({ fields, oneofs }: MessagePlan): string {
  const hasDefaults = fields.some((field) => field.inherits);
  const parts: string[] = [];
  const calls: string[] = [];
  for (let first = 0; first < fields.length; first += maskBits) {
    const n = parts.length;
    const some = fields.slice(first, first + maskBits);
    const writes = some.map((field, bit) => {
      const isDue = `(a & ${1 << bit}) !== 0`;
      const holder = field.oneof === undefined ? "" : property("m", field.oneof.name);
      const text = emitField(field, first + bit, isDue, holder);
      return field.oneof === undefined ? `if (${isDue}) ${text}` : text;
    });
    parts.push(`function part${n}(w, m, p, a, d) { const room = ${roomOf(some)}; let b = w.buf, v, x; ${makeRoom}
      ${writes.join("\n")} return p; }`);
    calls.push(`if (g[${n}] !== 0) p = part${n}(w, m, p, g[${n}], ${hasDefaults ? "d" : "undefined"});`);
  }
  return [
    "const masks = new FieldMasks(fields);",
    ...oneofs.map((_, i) => `const q${i} = new CaseMasks(o${i}, fields);`),
    ...parts,
    "return function (w, m, p) { const g = masks.of(m, m.$typeName !== undefined);",
    hasDefaults ? `${readDefaults} if (g[${parts.length}] !== 0) d = Defaults.none;` : "",
    ...oneofs.map((oneof, i) => `q${i}.add(g, m, ${property("m", oneof.name)});`),
    ...calls,
    writeUnknown,
    "return p; };",
  ].join("\n");
}

/** What the numbers of a message's own fields take, and one element of a list or map. */
function roomOf(fields: readonly FieldPlan[]): number {
  return fields.reduce((sum, field) => sum + roomOfOne(field), elementBytesMax);
}

function roomOfOne(field: FieldPlan): number {
  if (field.shape !== "single") return 0;
  return field.child === undefined ? 5 + scalarCode(field).bytesMax : 0;
}

function readCase(value: string, i: number, cases: readonly string[]): string {
  const known = cases.map((name) => `case ${quoted(name)}:`).join(" ");
  return [
    `const v${i} = ${value}; let k${i} = typeof v${i} === "object" && v${i} !== null ? v${i}.case : null;`,
    `switch (k${i}) { case undefined: ${known} break; default: k${i} = caseOf(o${i}, m, v${i}); }`,
  ].join(" ");
}

/**
 * @param isCase code that says whether the oneof that the field is in, if it is in one, has the field's case
 * @param holder code for what the message has for that oneof
 */
function emitField(field: FieldPlan, i: number, isCase: string, holder: string): string {
  const head = `{ const f = f${i};`;
  if (field.local !== Local.message) return `${head} ${bySlow} }`;
  if (field.oneof !== undefined) {
    return `${head} if (${isCase}) { x = ${holder}.value;
      if (x === undefined || x === null) refuse(f, undefined, x); ${emitSingle(field, i, "true")} } }`;
  }
  const value = property("m", field.name);
  if (field.shape === "map") return `${head} v = ${value}; ${emitMap(field, i)} }`;
  if (field.shape === "list") return `${head} v = ${value}; ${emitList(field, i)} }`;
  return `${head} x = ${value}; ${emitPresent(field, i)} }`;
}

/** The interpreter does what is rare, and tells what is wrong. */
const bySlow = `p = slow(w, f, m, p); b = w.buf; ${makeRoom}`;
const unlessUnset = "else if (%v != null || m.$typeName !== undefined)";

function emitPresent(field: FieldPlan, i: number): string {
  if (field.presence === Presence.implicit) return emitSingle(field, i, scalarCode(field).nonzero);
  return `if (x !== undefined${emitOwn(field)}) { ${emitSingle(field, i, "true")} }${
    field.presence === Presence.required ? ` else { ${bySlow} }` : ""
  }`;
}

/** Whether `x`, which a message may inherit, is its own. */
function emitOwn(field: FieldPlan): string {
  if (!field.inherits) return "";
  const own = `hasOwnProperty.call(m, ${quoted(field.name)})`;
  if (field.presence === Presence.required) return ` && (m.$typeName === undefined || ${own})`;
  const inherited = property("d", field.name);
  // NaN differs from itself.
  const isFloat = field.type === ScalarType.DOUBLE || field.type === ScalarType.FLOAT;
  const differs = isFloat ? `x !== ${inherited} && (x === x || ${inherited} === ${inherited})` : `x !== ${inherited}`;
  return ` && (${differs} && d !== m || ${own})`;
}

function emitSingle(field: FieldPlan, i: number, condition: string): string {
  const otherwise = `${unlessUnset.replace("%v", "x")} { ${bySlow} }`;
  if (field.child !== undefined) {
    const fits = `(x !== null && x !== undefined && x.$typeName === t${i})`;
    return `if (${fits}) { ${emitMessage(field, i, field.number)} ${makeRoom} } ${unlessUnset.replace("%v", "x")} {
      if (isChild(f, m, undefined, x)) { ${emitMessage(field, i, field.number)} ${makeRoom} } }`;
  }
  const { check: fits, write } = scalarCode(field);
  const body = `${writeTag(tagOf(field, wireType(field.type)))} ${write}`;
  return `if (${fits}) { if (${condition}) { ${body} } } ${otherwise}`;
}

/** Writes tag, length and content of the message in `x`. */
function emitMessage(field: FieldPlan, i: number, number: number): string {
  if (field.delimited) {
    const end = `b = w.grow(p, 16); ${writeTag(tagOf(number, 4))}`;
    return `${writeTag(tagOf(number, 3))} p = c${i}.encode(w, x, p); ${end}`;
  }
  return `${writeTag(tagOf(number, 2))} { const s = p, r = h[${i}]; p = c${i}.encode(w, x, s + r); b = w.buf;
    if (r === 1 && p - s <= 128) b[s] = p - s - 1;
    else { const q = w.patch(s, r, p); h[${i}] = q - p + r; p = q; b = w.buf; } }`;
}

function emitList(field: FieldPlan, i: number): string {
  const loop = "for (let i = 0; i < v.length; i++) { x = v[i];";
  let body: string;
  if (field.child !== undefined) {
    const fits = `x !== null && x !== undefined && x.$typeName === t${i} || isChild(f, m, i, x)`;
    body = `${loop} if (${fits}) { ${makeRoom} ${emitMessage(field, i, field.number)} } } ${makeRoom}`;
  } else if (field.packed) {
    body = emitPacked(field, i);
  } else {
    const tag = writeTag(tagOf(field, wireType(field.type)));
    body = `${loop} ${element(field, "i")} ${makeRoom} ${tag} ${scalarCode(field).write} } ${makeRoom}`;
  }
  return `if (Array.isArray(v)) { ${body} } ${unlessUnset.replace("%v", "v")} { ${bySlow} }`;
}

/** Refuses `x`, unless something else stands for what it must be. */
function element(field: FieldPlan, place: string): string {
  const { check: fits, bytesMax } = scalarCode(field);
  if (field.type === ScalarType.BYTES) return `if (!(${fits})) x = toBytes(f, m, ${place}, x);`;
  const isLong = fits.includes("bigint") && bytesMax >= 8;
  return `if (!(${fits})) ${isLong ? "x = toLong" : "refuse"}(f${isLong ? ", m" : ""}, ${place}, x);`;
}

function emitPacked(field: FieldPlan, i: number): string {
  const { write, size } = scalarCode(field);
  const tag = writeTag(tagOf(field, 2));
  const loop = "for (let i = 0; i < v.length; i++) { x = v[i];";
  if (size === undefined) {
    return `if (v.length > 0) { ${tag} const s = p, r = h[${i}]; p += r;
      ${loop} ${element(field, "i")} ${makeRoom} ${write} }
      const q = w.patch(s, r, p); h[${i}] = q - p + r; p = q; b = w.buf; ${makeRoom} }`;
  }
  // Long values may be safe integers or text, which are made bigints twice.
  return `if (v.length > 0) { let n = 0; ${loop} ${element(field, "i")} n += ${size}; }
    b = w.grow(p, n + 16 + room); ${tag} p = u32(b, p, n);
    ${loop} ${size === "8" ? element(field, "i") : ""} ${write} } }`;
}

function emitMap(field: FieldPlan, i: number): string {
  const start = `${makeRoom} ${writeTag(tagOf(field, 2))} const e = p++;`;
  const key = emitKey(field);
  let value: string;
  if (field.child !== undefined) {
    const fits = `x !== null && x !== undefined && x.$typeName === t${i} || isChild(f, m, k, x)`;
    value = `x = v[k]; if (${fits}) { ${makeRoom} ${emitMessage(field, i, 2)} }`;
  } else {
    const { write } = scalarCode(field);
    value = `x = v[k]; ${element(field, "k")} ${makeRoom} ${writeTag(tagOf(2, wireType(field.type)))} ${write}`;
  }
  const end = "if (p - e <= 128) b[e] = p - e - 1; else { p = w.patch(e, 1, p); b = w.buf; }";
  // Engines know the places of the properties that they go over so; keys that are to be sorted are not worth code.
  return `if (typeof v === "object" && v !== null && !Array.isArray(v) && !w.deterministic) {
    for (const k in v) { if (!hasOwnProperty.call(v, k)) continue; ${start} ${key} ${value} ${end} } ${makeRoom}
    } ${unlessUnset.replace("%v", "v")} { ${bySlow} }`;
}

function emitKey(field: FieldPlan): string {
  const tag = writeTag(tagOf(1, wireType(field.key)));
  const { check: fits, write } = scalarCode({ ...field, type: field.key, closed: undefined });
  if (field.key === ScalarType.STRING) return `x = k; ${tag} ${write}`;
  // Text that is no number is NaN, and blank text is 0: the check of keys tells them.
  const parse = isNumber(field.key) ? `x = +k; if (!(${fits}) || x === 0 && k !== "0")` : "";
  return `${parse} x = keyOf(f, k); ${tag} ${write}`;
}
