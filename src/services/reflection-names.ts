import type { AnyDesc, DescExtension, DescMessage, DescService, Registry } from "@bufbuild/protobuf";

/**
 * What a full name stands for: a message, enum, extension or service, or a method, field, oneof or enum value in one. An enum
 * value belongs to what is around its enum (`pkg.VALUE`); `pkg.Enum.VALUE`, as many write it, is understood too.
 */
export function descOf(registry: Registry, fullName: string): AnyDesc | undefined {
  const type = registry.get(fullName);
  if (type !== undefined) return type;
  const dot = fullName.lastIndexOf(".");
  const parent = registry.get(fullName.slice(0, Math.max(dot, 0)));
  const name = fullName.slice(dot + 1);
  if (parent?.kind === "service") return methodOf(parent, name);
  if (parent?.kind === "enum") return parent.values.find((value) => value.name === name);
  const member = parent?.kind === "message" ? memberOf(parent, name) : undefined;
  return member ?? enumValueOf(registry, fullName);
}

function methodOf(service: DescService, name: string): AnyDesc | undefined {
  return service.methods.find((method) => method.name === name);
}

function memberOf(message: DescMessage, name: string): AnyDesc | undefined {
  return message.fields.find((field) => field.name === name) ?? message.oneofs.find((oneof) => oneof.name === name);
}

function enumValueOf(registry: Registry, fullName: string): AnyDesc | undefined {
  const scope = fullName.slice(0, fullName.lastIndexOf(".") + 1);
  const name = fullName.slice(scope.length);
  for (const desc of registry) {
    if (desc.kind !== "enum" || desc.typeName !== scope + desc.name) continue;
    const value = desc.values.find((one) => one.name === name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The extensions of a message type in a registry, by number. */
export function extensionsOf(registry: Registry, typeName: string): DescExtension[] {
  const all = [...registry].filter((desc) => desc.kind === "extension");
  return all.filter(({ extendee }) => extendee.typeName === typeName).sort((one, other) => one.number - other.number);
}
