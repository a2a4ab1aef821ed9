import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { describeValue, enumCheck, scalarCheck, type ValueCheck } from "./value-check.js";

/** Throws an Error that names the first field whose value does not fit. */
export type MessageCheck = (message: object) => void;

type MemberCheck = (message: Record<string, unknown>) => void;
/** Where in its field a value stands: the index in a list, the key in a map. */
type Place = number | string | undefined;
type ElementCheck = (value: unknown, place: Place) => void;

/**
 * Makes checks of message types. The binary writer of protobuf-es turns what it is given into the field's type (5
 * becomes "5", undefined becomes "undefined"), so a wrong value would travel silently; this looks first.
 */
export class MessageChecks {
  readonly #checks: WeakMap<DescMessage, MessageCheck> = new WeakMap();

  /** The check of a type; made when first asked for. */
  get(desc: DescMessage): MessageCheck {
    const known = this.#checks.get(desc);
    if (known !== undefined) return known;
    const members: MemberCheck[] = [];
    const check: MessageCheck = (message) => {
      for (let i = 0; i < members.length; i++) (members[i] as MemberCheck)(message as Record<string, unknown>);
    };
    // Known before its members are made, since a message type may contain itself.
    this.#checks.set(desc, check);
    for (const member of desc.members) {
      members.push(member.kind === "oneof" ? this.#oneof(member) : this.#field(member));
    }
    return check;
  }

  #oneof(oneof: DescOneof): MemberCheck {
    const name = oneof.localName;
    const cases: ReadonlyMap<unknown, ElementCheck> = new Map(
      oneof.fields.map((field) => [field.localName, this.#element(field)]),
    );
    const where = `oneof ${oneof.parent.typeName}.${oneof.name}`;
    const names = oneof.fields.map((field) => field.localName).join(", ");
    return (message) => {
      const value = message[name];
      if (typeof value !== "object" || value === null || !("case" in value)) {
        throw new TypeError(`${where}: expected { case, value }, got ${describeValue(value)}`);
      }
      if (value.case === undefined) return;
      const check = cases.get(value.case);
      if (check === undefined) {
        throw new TypeError(`${where}: there is no case ${describeValue(value.case)}, only ${names}`);
      }
      check("value" in value ? value.value : undefined, undefined);
    };
  }

  #field(field: DescField): MemberCheck {
    const name = field.localName;
    const check = this.#element(field);
    if (field.fieldKind === "list") return listCheck(field, check);
    if (field.fieldKind === "map") return mapCheck(field, check);
    // An unset field of explicit presence is absent, or in proto2 only on the prototype.
    const mayBeAbsent = field.presence !== implicitPresence;
    return (message) => {
      const value = message[name];
      if (value === undefined && mayBeAbsent) return;
      check(value, undefined);
    };
  }

  #element(field: DescField): ElementCheck {
    if (field.message !== undefined) return this.#messageElement(field, field.message);
    return valueElement(field, field.enum !== undefined ? enumCheck(field.enum) : scalarCheck(field.scalar));
  }

  #messageElement(field: DescField, desc: DescMessage): ElementCheck {
    if (field.fieldKind === "message" && field.oneof === undefined && isWrapperDesc(desc)) {
      return valueElement(field, scalarCheck(desc.fields[0].scalar));
    }
    if (desc.typeName === "google.protobuf.Struct" && field.parent.typeName !== "google.protobuf.Value") {
      return valueElement(field, (value) => (isObject(value) ? undefined : "an object of JSON values"));
    }
    const typeName = desc.typeName;
    const check = this.get(desc);
    return (value, place) => {
      if (!isObject(value) || (value as { $typeName?: unknown }).$typeName !== typeName) {
        throw wrongValue(field, place, `message ${typeName}`, value);
      }
      check(value);
    };
  }
}

/** `google.protobuf.FeatureSet.FieldPresence.IMPLICIT`. */
const implicitPresence = 2;

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrongValue(field: DescField, place: Place, expected: string, value: unknown): TypeError {
  const where = place === undefined ? "" : `[${JSON.stringify(place)}]`;
  return new TypeError(
    `field ${field.parent.typeName}.${field.name}${where}: expected ${expected}, got ${describeValue(value)}`,
  );
}

function valueElement(field: DescField, check: ValueCheck): ElementCheck {
  return (value, place) => {
    const expected = check(value);
    if (expected !== undefined) throw wrongValue(field, place, expected, value);
  };
}

function listCheck(field: DescField, check: ElementCheck): MemberCheck {
  const name = field.localName;
  return (message) => {
    const items = message[name];
    if (!Array.isArray(items)) throw wrongValue(field, undefined, "an array", items);
    for (let i = 0; i < items.length; i++) check(items[i], i);
  };
}

function mapCheck(field: DescField & { fieldKind: "map" }, check: ElementCheck): MemberCheck {
  const name = field.localName;
  const key = keyCheck(field);
  return (message) => {
    const entries = message[name];
    if (!isObject(entries)) throw wrongValue(field, undefined, "an object of keys and values", entries);
    for (const one of Object.keys(entries)) {
      key(one);
      check((entries as Record<string, unknown>)[one], one);
    }
  };
}

/** Keys are object keys, hence text; keys of other types are checked as what they are turned into. */
function keyCheck(field: DescField & { fieldKind: "map" }): (key: string) => void {
  const check = scalarCheck(field.mapKey);
  return (key) => {
    const text = check(key);
    if (text === undefined) return;
    const expected = check(key === "true" ? true : key === "false" ? false : key.trim() === "" ? key : Number(key));
    if (expected !== undefined) throw wrongValue(field, key, `${expected} for a key`, key);
  };
}
