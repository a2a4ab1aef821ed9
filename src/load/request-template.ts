import {
  create,
  type DescField,
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  type Message,
  type Registry,
  ScalarType,
} from "@bufbuild/protobuf";
import {
  hasPlaceholder,
  type PlaceholderSources,
  type PlaceholderValue,
  type Producer,
  parseText,
  type RequestPlace,
  TemplateError,
} from "./placeholder.js";

/** What a template is made for. */
export interface TemplateContext {
  readonly schema: DescMessage;
  /** For `google.protobuf.Any` in JSON. */
  readonly registry: Registry;
  readonly sources: PlaceholderSources;
  /** False: `{{` in strings means just that. */
  readonly withTemplates: boolean;
}

/** A request, or what makes one for each place: the same message object, with other values set. */
export interface RequestTemplate {
  readonly isConstant: boolean;
  make(place: RequestPlace): Message;
}

type Fields = Record<string, unknown>;
/** Sets what one placeholder stands for. */
type Setter = (place: RequestPlace) => void;

const samplePlace: RequestPlace = { counter: 0, message: 0, worker: 0, connection: 0 };

/**
 * Makes a template of a message in JSON whose strings may have placeholders. It is read once: for a request, only the fields
 * with placeholders are set anew.
 *
 * @throws {TemplateError} when the JSON does not fit the type, naming the field
 */
export function compileTemplate(json: JsonValue, context: TemplateContext): RequestTemplate {
  const { schema, registry, sources } = context;
  if (!context.withTemplates || !isTemplated(json)) {
    const message = read(schema, json, registry);
    return { isConstant: true, make: () => message };
  }
  const render = renderer(json, { schema, isEnum: false }, sources);
  const message = read(schema, render(samplePlace), registry);
  if (isSpecial(schema) || !isObject(json)) {
    return { isConstant: false, make: (place) => read(schema, render(place), registry) };
  }
  const setters = new SetterMaker(context).ofMessage(schema, json, message as unknown as Fields);
  return {
    isConstant: false,
    make(place) {
      for (const set of setters) set(place);
      return message;
    },
  };
}

function read(schema: DescMessage, json: JsonValue, registry: Registry): Message {
  try {
    return fromJson(schema, json, { registry });
  } catch (error) {
    throw new TemplateError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function isObject(json: JsonValue | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function isTemplated(json: JsonValue): boolean {
  if (typeof json === "string") return hasPlaceholder(json);
  if (Array.isArray(json)) return json.some(isTemplated);
  return isObject(json) && Object.entries(json).some(([key, value]) => hasPlaceholder(key) || isTemplated(value));
}

/** Types with a JSON form of their own. */
function isSpecial(schema: DescMessage): boolean {
  return schema.typeName.startsWith("google.protobuf.");
}

/** What a place in JSON is for. */
interface Meaning {
  /** Undefined where keys are not names of fields. */
  readonly schema: DescMessage | undefined;
  readonly isEnum: boolean;
}

function renderer(json: JsonValue, meaning: Meaning, sources: PlaceholderSources): (place: RequestPlace) => JsonValue {
  if (!isTemplated(json)) return () => json;
  if (typeof json === "string") {
    const produce = parseText(json, sources);
    return (place) => asJson(produce(place), meaning.isEnum);
  }
  if (Array.isArray(json)) {
    const items = json.map((item) => renderer(item, meaning, sources));
    return (place) => items.map((item) => item(place));
  }
  const entries = Object.entries(json as JsonObject).map(
    ([key, value]) => [parseText(key, sources), renderer(value, meaningOf(key, meaning), sources)] as const,
  );
  return (place) => Object.fromEntries(entries.map(([key, value]) => [String(key(place)), value(place)]));
}

function meaningOf(key: string, around: Meaning): Meaning {
  const { schema } = around;
  const field = schema?.fields.find((one) => one.jsonName === key || one.name === key);
  if (field === undefined) return schema === undefined ? around : { schema: undefined, isEnum: false };
  // In a map, keys are not names of fields, and what is below is no field of this message.
  if (field.fieldKind === "map") return { schema: undefined, isEnum: field.mapKind === "enum" };
  return { schema: field.message, isEnum: field.enum !== undefined };
}

/** Numbers go as text, which JSON of Protobuf takes for strings and for every number but those of enums. */
function asJson(value: PlaceholderValue, isEnum: boolean): JsonValue {
  return typeof value === "number" && !isEnum ? String(value) : value;
}

class SetterMaker {
  readonly #context: TemplateContext;

  constructor(context: TemplateContext) {
    this.#context = context;
  }

  /** What sets the placeholders of a message that was made with others in their place. */
  ofMessage(schema: DescMessage, json: JsonObject, target: Fields): Setter[] {
    return Object.entries(json).flatMap(([key, value]) => {
      if (!isTemplated(value) && !hasPlaceholder(key)) return [];
      const field = schema.fields.find((one) => one.jsonName === key || one.name === key);
      if (field === undefined) throw new TemplateError(`${key}: extensions cannot have placeholders`);
      return this.#ofField(field, key, value, target);
    });
  }

  #ofField(field: DescField, key: string, json: JsonValue, target: Fields): Setter[] {
    const { fieldKind } = field;
    if (fieldKind === "scalar" && typeof json === "string") {
      const convert = converterOf(field.scalar, field.longAsString);
      return [fieldSetter(field, target, parseText(json, this.#context.sources), convert)];
    }
    if (fieldKind === "message" && !isSpecial(field.message) && isObject(json)) {
      return this.ofMessage(field.message, json, presentValue(field, target) as Fields);
    }
    if (fieldKind === "list" && field.listKind === "message" && !isSpecial(field.message) && Array.isArray(json)) {
      const items = presentValue(field, target) as Fields[];
      const { message } = field;
      return json.flatMap((item, i) => (isObject(item) ? this.ofMessage(message, item, items[i] as Fields) : []));
    }
    return [this.#rebuild(field, key, json, target)];
  }

  /** For all that is rarer: the field is read from JSON each time. */
  #rebuild(field: DescField, key: string, json: JsonValue, target: Fields): Setter {
    const { registry, sources } = this.#context;
    const render = renderer({ [key]: json }, { schema: field.parent, isEnum: false }, sources);
    const name = field.oneof?.localName ?? field.localName;
    return (place) => {
      const fresh = read(field.parent, render(place), registry) as unknown as Fields;
      // What is not set is not there, or is what the type's prototype says.
      if (Object.hasOwn(fresh, name)) target[name] = fresh[name];
      else delete target[name];
    };
  }
}

function presentValue(field: DescField, target: Fields): unknown {
  if (field.oneof === undefined) return target[field.localName];
  return (target[field.oneof.localName] as { value: unknown }).value;
}

type Converter = (value: PlaceholderValue) => unknown;

function fieldSetter(field: DescField, target: Fields, produce: Producer, convert: Converter): Setter {
  const { localName, oneof } = field;
  if (oneof === undefined) {
    return (place) => {
      target[localName] = convert(produce(place));
    };
  }
  const holder = target[oneof.localName] as { value: unknown };
  return (place) => {
    holder.value = convert(produce(place));
  };
}

/** Values that do not fit are refused by the codec, which names the field. */
function converterOf(scalar: ScalarType, longAsString: boolean): Converter {
  switch (scalar) {
    case ScalarType.STRING:
      return String;
    case ScalarType.BOOL:
      return (value) => value === true || value === "true";
    case ScalarType.BYTES:
      return (value) => Buffer.from(String(value), "base64");
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return longAsString ? String : (value) => BigInt(value);
    default:
      return Number;
  }
}

/** An empty message, as the request where none was given. */
export function emptyTemplate(schema: DescMessage): RequestTemplate {
  const message = create(schema);
  return { isConstant: true, make: () => message };
}
