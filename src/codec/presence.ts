import { caseOf } from "./encode-check.js";
import type { FieldPlan, Fields, OneofPlan } from "./plan.js";

/** An object that has no field: names that all objects have are not compiled. Without prototype it would be slow to look at. */
const nothing: Readonly<Record<string, unknown>> = Object.freeze({});

/**
 * Tells for messages whose defaults are on their prototype what an unset field would be read as, so that most fields need not be
 * looked up as own properties: a value that is not that of the message's own prototype is the message's own. There may be many
 * prototypes: each copy of protobuf-es has its own, each with objects of its own for unset bytes.
 */
export class Defaults {
  /** Where all that is read is known to be the message's own. */
  static readonly none: Readonly<Record<string, unknown>> = nothing;
  /** The prototype of the message before. */
  last: object = nothing;
  readonly #plain: WeakSet<object> = new WeakSet();

  /**
   * @returns an object of defaults. It is the message itself where its prototype may compute values: then nothing differs, and
   * each field is looked up. For a plain object there are none (`none`): it may inherit values, as `create` takes them.
   */
  of(message: Fields): Readonly<Record<string, unknown>> {
    const prototype = Object.getPrototypeOf(message) as Readonly<Record<string, unknown>> | null;
    if (prototype === null || !this.#isPlain(prototype)) return message;
    this.last = prototype;
    return prototype;
  }

  #isPlain(prototype: object): boolean {
    if (this.#plain.has(prototype)) return true;
    for (
      let one: object | null = prototype;
      one !== null && one !== Object.prototype;
      one = Object.getPrototypeOf(one)
    ) {
      const descriptors = Object.values(Object.getOwnPropertyDescriptors(one));
      if (!descriptors.every((descriptor) => "value" in descriptor)) return false;
    }
    this.#plain.add(prototype);
    return true;
  }
}

/** How many fields have a bit in one mask; more would not be small integers everywhere. */
export const maskBits = 30;

/** After a message that had most fields set, so many are written without looking at their names first. */
const skipMax = 15;

/**
 * Says which fields of a message are to be looked at, as masks of up to 30 fields each in the order of their numbers. Types with many
 * fields mostly have messages with few of them: to go over the names that are there is faster than over those that might be.
 */
export class FieldMasks {
  /** Of all fields; those in oneofs are added by the case that a message has. */
  readonly #all: readonly number[];
  /** Of those that every message has, and those that every plain object must have. */
  readonly #inMessages: readonly number[];
  readonly #inPlain: readonly number[];
  readonly #places: ReadonlyMap<string, number>;
  /** Up to so many names are gone over. */
  readonly #messageNamesMax: number;
  readonly #plainNamesMax: number;
  #skip = 0;

  constructor(fields: readonly FieldPlan[]) {
    const masks = (isIn: (field: FieldPlan) => boolean): number[] => {
      const list = new Array<number>(Math.ceil(fields.length / maskBits) + 1).fill(0);
      for (const [i, field] of fields.entries()) if (field.oneof === undefined && isIn(field)) add(list, placeOf(i));
      return list;
    };
    const isMay = (field: FieldPlan): boolean => field.shape === "single" && field.presence === 1;
    this.#all = masks(() => true);
    this.#inMessages = masks((field) => !isMay(field));
    this.#inPlain = masks((field) => field.presence === 2);
    this.#places = new Map(fields.flatMap((field, i) => (field.oneof === undefined ? [[field.name, placeOf(i)]] : [])));
    const single = fields.filter((field) => field.oneof === undefined);
    const may = single.filter(isMay);
    const share = may.some((field) => field.inherits) ? 1 : 2;
    const always = single.length - may.length;
    // Names that all messages have are gone over for nothing.
    this.#messageNamesMax = 2 * always <= may.length ? always + may.length / share : 0;
    this.#plainNamesMax = single.length / share;
  }

  /**
   * @param isMessage whether it has a `$typeName`: then absent fields without presence are an error to be found
   * @returns an array of the caller's own; the entry behind the masks is 1 where all bits but those that are always there are of own
   *   properties
   */
  of(message: Fields, isMessage: boolean): number[] {
    if (this.#skip > 0) {
      this.#skip--;
      return this.#all.slice();
    }
    if (isMessage || isPlainObject(message)) {
      const names = Object.keys(message);
      if (names.length <= (isMessage ? this.#messageNamesMax : this.#plainNamesMax))
        return this.#named(names, isMessage);
    }
    this.#skip = skipMax;
    return this.#all.slice();
  }

  #named(names: readonly string[], isMessage: boolean): number[] {
    const masks = (isMessage ? this.#inMessages : this.#inPlain).slice();
    for (let i = 0; i < names.length; i++) {
      const place = this.#places.get(names[i] as string);
      if (place !== undefined) add(masks, place);
    }
    masks[masks.length - 1] = 1;
    return masks;
  }
}

function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}

/** Where the bit of the field of an index is: the mask, and the bit in it. */
function placeOf(index: number): number {
  return (Math.floor(index / maskBits) << 5) | (index % maskBits);
}

function add(masks: number[], place: number): void {
  masks[place >> 5] = (masks[place >> 5] as number) | (1 << (place & 31));
}

/** Adds the fields of a oneof's case by looking its name up. */
export class CaseMasks {
  readonly #oneof: OneofPlan;
  readonly #places: ReadonlyMap<unknown, number>;

  constructor(oneof: OneofPlan, fields: readonly FieldPlan[]) {
    this.#oneof = oneof;
    this.#places = new Map(fields.flatMap((field, i) => (field.oneof === oneof ? [[field.name, placeOf(i)]] : [])));
  }

  /** @param holder what the message has for the oneof */
  add(masks: number[], message: Fields, holder: unknown): void {
    const isObject = typeof holder === "object" && holder !== null;
    const name = isObject ? (holder as { case?: unknown }).case : null;
    if (name === undefined) return;
    const place = this.#places.get(name) ?? this.#places.get(caseOf(this.#oneof, message, holder));
    if (place !== undefined) add(masks, place);
  }
}
