import { ScalarType } from "@bufbuild/protobuf";
import {
  countedBytesMax,
  countedBytesMin,
  entryWords,
  firstItemWords,
  itemWords,
  longWords,
  widthOf,
} from "./interpret-decode.js";
import { isLong, isNumber, wireType } from "./interpret-encode.js";
import { type FieldPlan, Local, type MessagePlan } from "./plan.js";
import { constants, namesIn, optimizedTextMax, property, quoted, tagOf } from "./source.js";

/** What the code of `decodeText` refers to. */
export const decodeParameters = ["plan", "rest", "fields", "setOwn"] as const;

/**
 * The body of a function that makes the function that reads fields of the plan's type. The code knows each field with
 * the wire types that are usual for it; all else goes to the interpreter. Variables of the code: `r` the reader, `b` its
 * bytes, `p` the offset, `m` the message, `t` a tag that begins at `z`, `x` a value. Reading behind the end gives `undefined`, which is not
 * below 128; then the reader's own methods look at what is there.
 */
export function decodeText(plan: MessagePlan): string {
  const { fields } = plan;
  const one = bodyOfOne(fields);
  const body = one.length > optimizedTextMax ? bodyOfParts(fields) : one;
  const used = namesIn(body);
  const lines = fields.map((_, i) => {
    const field = `fields[${i}]`;
    return constants(used, [
      [`c${i}`, `${field}.child`],
      [`w${i}`, `${field}.child.words`],
      [`n${i}`, `${field}.closed`],
    ]);
  });
  return [...lines.filter((line) => line !== ""), body].join("\n");
}

/** How many fields one function of a large type reads. */
const fieldsInPart = 24;

function casesOf(fields: readonly FieldPlan[], first: number): string {
  return fields
    .map((field, i) => {
      const code = emitField(field, first + i);
      return code === "" ? "" : `case ${field.number | 0}: ${code} break;`;
    })
    .filter((code) => code !== "")
    .join("\n");
}

function bodyOfOne(fields: readonly FieldPlan[]): string {
  return [
    "return function (r, m, end) { const b = r.buf; let p = r.pos, t, x;",
    `while (p < end) { const z = p; ${readTag("t", "p")}`,
    `switch (t >>> 3) { ${casesOf(fields, 0)} }`,
    "r.pos = p; rest.field(plan, r, m, t, z); p = r.pos; }",
    "r.pos = p; };",
  ].join("\n");
}

/**
 * Each part reads fields as long as they are its own; one that reads none was given what it leaves to the interpreter. A part is found
 * by its numbers.
 */
function bodyOfParts(fields: readonly FieldPlan[]): string {
  const parts: string[] = [];
  const numbers: number[] = [];
  for (let first = 0; first < fields.length; first += fieldsInPart) {
    const some = fields.slice(first, first + fieldsInPart);
    numbers.push((some[0] as FieldPlan).number | 0);
    parts.push(`function part${parts.length}(r, m, end) { const b = r.buf; let p = r.pos, t, x;
      while (p < end) { const z = p; ${readTag("t", "p")}
      switch (t >>> 3) { ${casesOf(some, first)} }
      p = z; break; }
      r.pos = p; }`);
  }
  return [
    ...parts,
    "return function (r, m, end) { while (r.pos < end) { const z = r.pos, t = r.tag(), n = t >>> 3; r.pos = z;",
    choosePart(numbers, 0, numbers.length),
    "if (r.pos === z) { r.tag(); rest.field(plan, r, m, t, z); } } };",
  ].join("\n");
}

function choosePart(numbers: readonly number[], from: number, to: number): string {
  if (to - from === 1) return `part${from}(r, m, end);`;
  const middle = (from + to) >> 1;
  return `if (n < ${numbers[middle] as number}) { ${choosePart(numbers, from, middle)} } else { ${choosePart(numbers, middle, to)} }`;
}

function readTag(variable: string, pos: string): string {
  return `${variable} = b[${pos}]; if (${variable} < 128 && ${variable} > 7 && (${variable} & 7) < 6) ${pos}++;
    else { r.pos = ${pos}; ${variable} = r.tag(); ${pos} = r.pos; }`;
}

const byMethod = (method: string): string => `r.pos = p; x = r.${method}(); p = r.pos;`;
const small = (method: string): string => `x = b[p]; if (x < 128) p++; else { ${byMethod(method)} }`;

const methods: Readonly<Partial<Record<ScalarType, string>>> = {
  [ScalarType.DOUBLE]: "double",
  [ScalarType.FLOAT]: "float",
  [ScalarType.BYTES]: "bytes",
  [ScalarType.FIXED32]: "fixed32",
  [ScalarType.SFIXED32]: "sfixed32",
  [ScalarType.SINT32]: "sint32",
  [ScalarType.INT64]: "int64",
  [ScalarType.UINT64]: "uint64",
  [ScalarType.SINT64]: "sint64",
  [ScalarType.FIXED64]: "fixed64",
  [ScalarType.SFIXED64]: "sfixed64",
};

/** Reads a value of a type into `x`. */
function readScalar(type: ScalarType | undefined, strictText: boolean, longAsString: boolean): string {
  switch (type) {
    case ScalarType.STRING:
      return byMethod(strictText ? "strictText" : "lenientText");
    case ScalarType.BOOL:
      return `x = b[p]; if (x < 128) { p++; x = x !== 0; } else { ${byMethod("bool")} }`;
    case ScalarType.UINT32:
      return small("uint32");
    case ScalarType.INT32:
      return small("int32");
    default:
      return `${byMethod(methods[type ?? ScalarType.INT32] ?? "int32")}${longAsString && isLong(type) ? " x = String(x);" : ""}`;
  }
}

function emitField(field: FieldPlan, i: number): string {
  // The interpreter reads what is rare: wrappers, JSON for Struct, groups.
  if (field.local !== Local.message || field.delimited) return "";
  if (field.shape === "map") return `if (t === ${tagOf(field, 2)}) { ${emitMap(field, i)} continue; }`;
  if (field.shape === "list") return emitList(field, i);
  const tag = tagOf(field, field.child === undefined ? wireType(field.type) : 2);
  return `if (t === ${tag}) { ${emitSingle(field, i)} continue; }`;
}

function emitSingle(field: FieldPlan, i: number): string {
  const { oneof, name } = field;
  const store = (value: string): string =>
    oneof === undefined
      ? `${property("m", name)} = ${value};`
      : `${property("m", oneof.name)} = { case: ${quoted(name)}, value: ${value} };`;
  if (field.child !== undefined) return emitMessage(field, i, store);
  const read = readScalar(field.type, field.strictText, field.longAsString);
  if (field.closed === undefined) return `${read} ${store("x")}`;
  // What a closed enum does not know becomes an unknown field.
  return `const s = p; ${read} if (!n${i}.has(x)) { r.pos = s; rest.field(plan, r, m, t, z); p = r.pos; continue; } ${store("x")}`;
}

/** Reads into the message that is there, else into a new one. */
function emitMessage(field: FieldPlan, i: number, store: (value: string) => string): string {
  const { oneof, name } = field;
  const before =
    oneof === undefined
      ? `let y = ${property("m", name)}; if (y === undefined) y = c${i}.make();`
      : `const o = ${property("m", oneof.name)}; const y = o.case === ${quoted(name)} ? o.value : c${i}.make();`;
  return `${before} ${readInto("y", i)} ${store("y")}`;
}

function readInto(variable: string, i: number): string {
  return `${readEnd("e")} r.pos = p; r.enter(w${i}); c${i}.decode(r, ${variable}, e); r.depth--; p = r.pos;`;
}

/** Reads a length into an offset that is known to be within the bytes. */
function readEnd(variable: string): string {
  return `let ${variable} = b[p] + p + 1; if (b[p] < 128 && ${variable} <= b.length) p++;
    else { r.pos = p; ${variable} = r.endOfLength(); p = r.pos; }`;
}

function emitList(field: FieldPlan, i: number): string {
  const items = property("m", field.name);
  if (field.child !== undefined) {
    const read = `const y = c${i}.make(); ${readInto("y", i)} if (${items}.push(y) === 1) r.left -= ${firstItemWords};`;
    return `if (t === ${tagOf(field, 2)}) { ${read} continue; }`;
  }
  const read = readScalar(field.type, field.strictText, field.longAsString);
  const type = wireType(field.type);
  const one = `if (t === ${tagOf(field, type)}) { ${read} ${spend(`${items}.push(x) === 1 ? ${itemWords + firstItemWords} : ${itemWords}`)} continue; }`;
  if (type === 2) return one;
  const many = `${readEnd("e")} let a = ${items}, k = a.length; const n = k; ${lookAhead(field, items)}
    ${manyAtOnce(field, items)}
    while (p < e) { ${readPacked(field, read)} a[k++] = x; } ${spend(`k - n + ${firstItemWords}`)}`;
  return `if (t === ${tagOf(field, 2)}) { ${many} continue; } ${one}`;
}

/** Takes of what the message may take of the heap; see `Reader.left`. */
function spend(words: number | string): string {
  return `if ((r.left -= ${words}) < 0) r.spent();`;
}

/**
 * Looks whether the values of a packed field may be taken, before there is memory for them. For many, that memory is as
 * much as they need; an array that grows would have up to half as much again.
 */
function lookAhead(field: FieldPlan, items: string): string {
  const { type } = field;
  const words = isLong(type) ? longWords : 1;
  const width = widthOf(type);
  if (width > 1) return `if ((e - p) / ${width} * ${words} > r.left) r.spent();`;
  return `if ((e - p) * ${words} > r.left) { r.pos = p; r.packed(e, ${words}); }
    if (k === 0 && e - p > ${countedBytesMin} && e - p < ${countedBytesMax}) a = ${items} = new Array(r.count(p, e));`;
}

const viewMethods: Readonly<Partial<Record<ScalarType, readonly [string, number]>>> = {
  [ScalarType.DOUBLE]: ["getFloat64", 8],
  [ScalarType.FLOAT]: ["getFloat32", 4],
  [ScalarType.FIXED32]: ["getUint32", 4],
  [ScalarType.SFIXED32]: ["getInt32", 4],
};

/** An array of more elements is not one block of memory from the start. */
const countedElementsMax = 1_000_000;

/**
 * Where it is known, or looks so, how many values there are, the array is made as long from the start: it need not move
 * while it grows. There are never more elements than bytes that are there.
 */
function manyAtOnce(field: FieldPlan, items: string): string {
  const { type } = field;
  const [method, size] = viewMethods[type ?? ScalarType.INT32] ?? [];
  const isFree = `a.length === 0 && e - p < ${countedElementsMax}`;
  if (method !== undefined && size !== undefined) {
    return `if (e - p > 32 && (e - p) % ${size} === 0 && ${isFree}) { const d = r.view();
      a = ${items} = new Array((e - p) / ${size}); for (; p < e; p += ${size}) a[k++] = d.${method}(p, true); }`;
  }
  if (type !== ScalarType.INT32 && type !== ScalarType.UINT32) return "";
  // Most enums and small numbers are a byte each; some bytes tell whether these look like that.
  return `if (e - p > 8 && (b[p] | b[p + 1] | b[p + e >> 1] | b[e - 1]) < 128 && ${isFree}) {
    a = ${items} = new Array(e - p); while (p < e && b[p] < 128) a[k++] = b[p++]; if (p < e) a.length = k; }`;
}

/** Of packed numbers many have two or more bytes. */
function readPacked(field: FieldPlan, otherwise: string): string {
  const { type } = field;
  if (type !== ScalarType.INT32 && type !== ScalarType.UINT32 && type !== ScalarType.SINT32) return otherwise;
  const zigzag = type === ScalarType.SINT32 ? "x = (x >>> 1) ^ -(x & 1);" : "";
  const rest = byMethod(type === ScalarType.UINT32 || zigzag !== "" ? "uint32" : "int32");
  return `x = b[p]; if (x < 128) p++; else { let y = b[p + 1]; x = x & 127 | (y & 127) << 7; if (y < 128) p += 2;
    else { y = b[p + 2]; x |= (y & 127) << 14; if (y < 128) p += 3;
    else { y = b[p + 3]; x |= (y & 127) << 21; if (y < 128) p += 4; else { ${rest} } } } } ${zigzag}`;
}

function readKey(field: FieldPlan): string {
  if (field.key === ScalarType.STRING) return `r.pos = p; x = r.key(${field.strictText}); p = r.pos;`;
  return readScalar(field.key, field.strictText, false);
}

/** An entry of a key and a value; one that is not so is read by the interpreter from its start. */
function emitMap(field: FieldPlan, i: number): string {
  const keyTag = tagOf(1, wireType(field.key));
  const valueTag = tagOf(2, field.child === undefined ? wireType(field.type) : 2);
  const value =
    field.child === undefined
      ? readScalar(field.type, field.strictText, false)
      : `const y = c${i}.make(); { ${readInto("y", i)} } x = y;`;
  const isPlain = field.key === ScalarType.STRING || isNumber(field.key);
  const key = isPlain ? "x" : "String(x)";
  return `const s = p; ${readEnd("g")}
    if (p < g && b[p] === ${keyTag}) { p++; ${readKey(field)} const k = ${key};
      if (p < g && b[p] === ${valueTag}) { p++; ${value}
        if (p === g) { ${spend(entryWords)} if (k === "__proto__") setOwn(${property("m", field.name)}, k, x);
          else ${property("m", field.name)}[k] = x; continue; } } }
    r.pos = s; rest.field(plan, r, m, t, z); p = r.pos;`;
}
