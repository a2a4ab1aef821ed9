import type { Fields } from "./plan.js";

/** Sets an own property, where a plain assignment of `__proto__` would set the prototype. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
}

/**
 * The `google.protobuf.Struct` for a JSON object, as a plain partial object. What JSON does not know becomes a value
 * without content.
 */
export function structOfJson(json: object): Fields {
  const fields: Record<string, unknown> = {};
  for (const key of Object.keys(json)) setOwn(fields, key, valueOfJson((json as Fields)[key]));
  return { fields };
}

function valueOfJson(json: unknown): Fields {
  return { kind: kindOfJson(json) };
}

function kindOfJson(json: unknown): { case: string | undefined; value?: unknown } {
  switch (typeof json) {
    case "number":
      return { case: "numberValue", value: json };
    case "string":
      return { case: "stringValue", value: json };
    case "boolean":
      return { case: "boolValue", value: json };
    case "object":
      if (json === null) return { case: "nullValue", value: 0 };
      if (Array.isArray(json)) return { case: "listValue", value: { values: json.map(valueOfJson) } };
      return { case: "structValue", value: structOfJson(json) };
    default:
      return { case: undefined };
  }
}

/** The JSON object of a decoded `google.protobuf.Struct`. */
export function jsonOfStruct(struct: Fields): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  const fields = struct["fields"] as Record<string, Fields>;
  for (const key of Object.keys(fields)) setOwn(json, key, jsonOfValue(fields[key] as Fields));
  return json;
}

function jsonOfValue(value: Fields): unknown {
  const kind = value["kind"] as { case: string | undefined; value: Fields };
  switch (kind.case) {
    case "structValue":
      return jsonOfStruct(kind.value);
    case "listValue":
      return (kind.value["values"] as Fields[]).map(jsonOfValue);
    case "nullValue":
    case undefined:
      return null;
    default:
      return kind.value;
  }
}

/** How many values there are in JSON. */
export function countJson(json: unknown): number {
  if (typeof json !== "object" || json === null) return 1;
  return Object.values(json).reduce((sum: number, value) => sum + countJson(value), 1);
}
