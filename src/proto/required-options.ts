import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
} from "@bufbuild/protobuf/wkt";
import { type OptionLeaf, OptionMessage } from "./option-value.js";

/** Finds what values of options lack. Nearly no type has anything required, so that is found out once for each. */
export class RequiredFields {
  readonly #isRequired: (type: DescriptorProto, field: FieldDescriptorProto) => boolean;
  readonly #names = new Map<DescriptorProto, readonly string[]>();

  constructor(isRequired: (type: DescriptorProto, field: FieldDescriptorProto) => boolean) {
    this.#isRequired = isRequired;
  }

  /** What values lack, as paths: `a`, `inner.a`, `list[1].a`. */
  missingIn(values: readonly OptionLeaf[]): string[] {
    const missing: string[] = [];
    for (const [i, value] of values.entries())
      if (value instanceof OptionMessage) this.#collect(value, values.length > 1 ? `[${i}].` : "", missing);
    return missing;
  }

  #collect(message: OptionMessage, path: string, missing: string[]): void {
    for (const name of this.#of(message.type)) if (!isSet(message, name)) missing.push(path + name);
    for (const { desc, values } of message.fields.values()) {
      for (const [i, value] of values.entries()) {
        if (!(value instanceof OptionMessage)) continue;
        this.#collect(value, `${path}${desc.name}${desc.label === Label.REPEATED ? `[${i}]` : ""}.`, missing);
      }
    }
  }

  #of(type: DescriptorProto): readonly string[] {
    let names = this.#names.get(type);
    if (names === undefined) {
      names = type.field.filter((one) => this.#isRequired(type, one)).map((one) => one.name);
      this.#names.set(type, names);
    }
    return names;
  }
}

function isSet(message: OptionMessage, name: string): boolean {
  for (const { desc } of message.fields.values()) if (desc.name === name && desc.extendee === "") return true;
  return false;
}
