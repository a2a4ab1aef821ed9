import type { DescMethod } from "@bufbuild/protobuf";
import type { Completion } from "./command.js";
import type { SchemaSource } from "./schema-source.js";
import { isFullName } from "./shell-word.js";
import type { SchemaFlags, TargetFlags } from "./target-flags.js";

/** A word that may come next, and what it is. */
export type Candidate = readonly [value: string, description: string];

export type NameFlags = TargetFlags & SchemaFlags;

/** A person waits at the key. */
const serverTimeoutMs = 500;

/**
 * Names that begin with what was typed.
 *
 * @param host undefined: the files that the options name are read
 */
export async function findNames(
  kind: NonNullable<Completion>,
  typed: string,
  host: string | undefined,
  flags: NameFlags,
): Promise<readonly Candidate[]> {
  const schema = await import("./schema-source.js");
  if (host === undefined) return namesOf(kind, typed, schema.openFiles(flags));
  const [{ metadataOf, openChannel }, { connect }] = await Promise.all([
    import("./target-options.js"),
    import("./connect.js"),
  ]);
  const channel = openChannel(host, flags);
  const signal = AbortSignal.timeout(serverTimeoutMs);
  try {
    await connect(channel, { timeoutMs: serverTimeoutMs, signal });
    return await namesOf(kind, typed, new schema.ReflectionSource(channel, { metadata: metadataOf(flags), signal }));
  } finally {
    await channel.close({ graceMs: 0 });
  }
}

async function namesOf(
  kind: NonNullable<Completion>,
  typed: string,
  source: SchemaSource,
): Promise<readonly Candidate[]> {
  const slash = typed.lastIndexOf("/");
  if (kind !== "service" && slash !== -1) return methodsOf(typed.slice(0, slash), source);
  // The registry takes no descriptors with other names, but a server can list what it likes.
  const services = (await source.listServices()).filter(isFullName);
  if (kind === "service") return beginningWith(typed, services, "service");
  // As directories are: the methods of one come when its slash is there.
  if (kind === "method") return beginningWith(typed, services, "service").map(([name, text]) => [`${name}/`, text]);
  for (const service of services) await source.find(service);
  const types = [...source.registry].filter((desc) => desc.kind === "message" || desc.kind === "enum");
  const own = types.map((desc) => desc.typeName).filter((name) => !name.startsWith("google.protobuf."));
  return [...beginningWith(typed, services, "service"), ...beginningWith(typed, own, "type")];
}

/** Full names; where none begins so, the ends of those whose end does, since that will do for commands. */
function beginningWith(typed: string, names: readonly string[], what: string): Candidate[] {
  const full = names.filter((name) => name.startsWith(typed));
  const ends = names.map((name) => name.slice(name.lastIndexOf(".") + 1));
  const clear = ends.filter((end, i) => end.startsWith(typed) && ends.indexOf(end) === i && !ends.includes(end, i + 1));
  return (full.length > 0 ? full : clear).map((name) => [name, what]);
}

async function methodsOf(service: string, source: SchemaSource): Promise<Candidate[]> {
  const { findService } = await import("./find-method.js");
  const { methods } = await findService(source, service);
  return methods.map((method) => [`${service}/${method.name}`, typesOf(method)]);
}

function typesOf({ input, output, proto }: DescMethod): string {
  const of = (streams: boolean, name: string): string => `(${streams ? "stream " : ""}${name})`;
  return `${of(proto.clientStreaming, input.typeName)} returns ${of(proto.serverStreaming, output.typeName)}`;
}
