/** A name for one kind of value in `Attributes`. Two keys are never the same, also with the same name. */
export class AttributeKey<Value> {
  /** For people. */
  readonly name: string;
  /** Only for the compiler: the type of the values. */
  declare protected readonly value: Value;

  constructor(name: string) {
    this.name = name;
  }
}

/** Makes a key for `Attributes`. */
export function attributeKey<Value>(name: string): AttributeKey<Value> {
  return new AttributeKey<Value>(name);
}

/**
 * Values by typed keys, which never change: what a resolver knows of an endpoint (weight, locality, health) and hands to
 * whoever has the same key. Most have none to a few, so they are a list.
 */
export class Attributes {
  /** Without any values. */
  static readonly empty: Attributes = new Attributes([]);
  readonly #entries: readonly (readonly [key: AttributeKey<unknown>, value: unknown])[];

  private constructor(entries: readonly (readonly [key: AttributeKey<unknown>, value: unknown])[]) {
    this.#entries = entries;
  }

  /** The value of a key; undefined where there is none. */
  get<Value>(key: AttributeKey<Value>): Value | undefined {
    const entry = this.#entries.find(([one]) => one === (key as AttributeKey<unknown>));
    return entry?.[1] as Value | undefined;
  }

  /** The same values, but this one for this key. */
  with<Value>(key: AttributeKey<Value>, value: Value): Attributes {
    const others = this.#entries.filter(([one]) => one !== (key as AttributeKey<unknown>));
    return new Attributes([...others, [key as AttributeKey<unknown>, value]]);
  }
}
