/** What our own ends may send as header lists; everything else is a mistake of the encoder, or of who made the list. */
const requestPseudo: readonly string[] = [":method", ":scheme", ":path", ":authority"];
const pathPattern = /^\/peregrine\.simulation\.Simulation\/(Unary|Down|Up|Both)$/;
const namePattern = /^(:[a-z]+|[0-9a-z_.-]+)$/;

/**
 * @param first the list is the first of its stream in this direction
 * @returns what is wrong with it, or undefined
 */
export function checkFields(
  fields: readonly (readonly [name: string, value: string])[],
  kind: "request" | "response",
  first: boolean,
  ends: boolean,
): string | undefined {
  const values = new Map(fields);
  for (const [name] of fields) if (!namePattern.test(name)) return `the name ${JSON.stringify(name)}`;
  const pseudo = fields.filter(([name]) => name.startsWith(":")).map(([name]) => name);
  if (fields.slice(0, pseudo.length).some(([name]) => !name.startsWith(":"))) return "pseudo-headers behind others";
  if (new Set(pseudo).size < pseudo.length) return "a pseudo-header twice";
  if (kind === "request") return first ? checkRequest(values, pseudo) : "no place: a request has one only";
  if (first && (pseudo.length !== 1 || values.get(":status") !== "200")) return `:status ${values.get(":status")}`;
  if (first && values.get("content-type") !== "application/grpc") return `content-type ${values.get("content-type")}`;
  if (!first && pseudo.length > 0) return `${pseudo[0]} in trailers`;
  if (ends !== values.has("grpc-status")) return ends ? "no grpc-status" : "grpc-status before the end";
  return undefined;
}

function checkRequest(values: ReadonlyMap<string, string>, pseudo: readonly string[]): string | undefined {
  if (requestPseudo.some((name) => !pseudo.includes(name))) return `only ${pseudo.join(", ")}`;
  if (values.get(":method") !== "POST") return `:method ${values.get(":method")}`;
  if (!pathPattern.test(values.get(":path") ?? "")) return `:path ${values.get(":path")}`;
  if (values.get("te") !== "trailers") return `te ${values.get("te")}`;
  if (!values.has("sim-call")) return "no sim-call";
  return undefined;
}
