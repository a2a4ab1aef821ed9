/**
 * The names in a `grpc-accept-encoding` list, lower case, in order. Blanks and empty parts do not count; never throws.
 *
 * @param list the header's value; undefined where it is absent
 */
export function parseAcceptEncoding(list: string | undefined): string[] {
  if (list === undefined) return [];
  const names: string[] = [];
  for (const part of list.split(",")) {
    const name = part.trim().toLowerCase();
    if (name !== "") names.push(name);
  }
  return names;
}

/** The value of `grpc-accept-encoding` for names in the order of preference; `identity` always is one of them. */
export function formatAcceptEncoding(names: Iterable<string>): string {
  return [...new Set(["identity", ...names])].join(",");
}
