import {
  type DescriptorProto,
  Edition,
  type EnumDescriptorProto,
  type FeatureSet,
  FeatureSetSchema,
  type FieldDescriptorProto,
  type FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";

/** What all of the language's own features are for one element, as the numbers of their enums. */
export type Features = Readonly<Record<FeatureName, number>>;

type FeatureName =
  | "fieldPresence"
  | "enumType"
  | "repeatedFieldEncoding"
  | "utf8Validation"
  | "messageEncoding"
  | "jsonFormat"
  | "enforceNamingStyle"
  | "defaultSymbolVisibility";

const featureNames: readonly FeatureName[] = [
  "fieldPresence",
  "enumType",
  "repeatedFieldEncoding",
  "utf8Validation",
  "messageEncoding",
  "jsonFormat",
  "enforceNamingStyle",
  "defaultSymbolVisibility",
];

/** The features of a file that sets none, from the defaults that `descriptor.proto` gives for each edition. */
export function defaultFeatures(edition: Edition): Features {
  return knownDefaults.get(edition) ?? computedDefaults(edition);
}

function computedDefaults(edition: Edition): Features {
  const features = {} as Record<FeatureName, number>;
  for (const name of featureNames) features[name] = defaultOf(name, edition);
  return features;
}

function defaultOf(name: FeatureName, edition: Edition): number {
  const field = FeatureSetSchema.field[name];
  let latest: { readonly edition: Edition; readonly value: string } | undefined;
  for (const one of field.proto.options?.editionDefaults ?? []) {
    if (one.edition <= edition && (latest === undefined || one.edition > latest.edition)) latest = one;
  }
  return field.enum?.values.find((value) => value.name === latest?.value)?.number ?? 0;
}

const knownDefaults: ReadonlyMap<Edition, Features> = new Map(
  [Edition.EDITION_PROTO2, Edition.EDITION_PROTO3, Edition.EDITION_2023, Edition.EDITION_2024].map((edition) => [
    edition,
    computedDefaults(edition),
  ]),
);

/** What a parent's features become by those that are set. */
export function mergedFeatures(parent: Features, own: FeatureSet | undefined): Features {
  if (own === undefined) return parent;
  const features = { ...parent };
  // Zero is the "unknown" of each of these enums, and what a feature that is not set reads as.
  for (const name of featureNames) if (own[name] !== 0) features[name] = own[name];
  return features;
}

interface WithFeatures {
  readonly features?: FeatureSet | undefined;
}

/** The resolved features of everything in a file. */
export class FeatureTable {
  readonly file: Features;
  /** Only what differs from the file. */
  readonly #own = new Map<object, Features>();

  constructor(desc: FileDescriptorProto, edition: Edition) {
    this.file = mergedFeatures(defaultFeatures(edition), desc.options?.features);
    // Nothing but editions can set features.
    if (edition < Edition.EDITION_2023) return;
    for (const one of desc.messageType) this.#message(one, this.file);
    for (const one of desc.enumType) this.#enum(one, this.file);
    for (const one of desc.extension) this.#set(one, this.file);
    for (const service of desc.service) {
      const its = this.#set(service, this.file);
      for (const method of service.method) this.#set(method, its);
    }
  }

  of(desc: object): Features {
    return this.#own.get(desc) ?? this.file;
  }

  #message(desc: DescriptorProto, parent: Features): void {
    const its = this.#set(desc, parent);
    const oneofs = desc.oneofDecl.map((one) => this.#set(one, its));
    for (const one of desc.field) this.#set(one, oneofs[oneofIndexOf(one)] ?? its);
    for (const one of desc.extensionRange) this.#set(one, its);
    for (const one of desc.extension) this.#set(one, its);
    for (const one of desc.enumType) this.#enum(one, its);
    for (const one of desc.nestedType) this.#message(one, its);
  }

  #enum(desc: EnumDescriptorProto, parent: Features): void {
    const its = this.#set(desc, parent);
    for (const one of desc.value) this.#set(one, its);
  }

  #set(desc: { readonly options?: WithFeatures | undefined }, parent: Features): Features {
    const its = mergedFeatures(parent, desc.options?.features);
    if (its !== this.file) this.#own.set(desc, its);
    return its;
  }
}

/** -1 outside of a oneof. */
function oneofIndexOf(field: FieldDescriptorProto): number {
  return Object.hasOwn(field, "oneofIndex") ? field.oneofIndex : -1;
}
