import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { similarName } from "../base/similar-name.js";
import { CliError, ExitCode } from "./exit-code.js";
import { printableLine } from "./printable.js";
import type { SchemaSource } from "./schema-source.js";

/**
 * Finds the method that the command line names: `pkg.Service/Method`, `pkg.Service.Method`, or with only the end of the
 * service's name where that is clear.
 *
 * @throws {CliError} when there is none, with what there is and what was probably meant
 */
export async function findMethod(source: SchemaSource, text: string): Promise<DescMethod> {
  const path = text.replace(/^\//, "");
  const at = Math.max(path.lastIndexOf("/"), path.includes("/") ? -1 : path.lastIndexOf("."));
  if (at <= 0 || at === path.length - 1) {
    throw new CliError(`${text} names no method: write pkg.Service/Method`, ExitCode.usage);
  }
  const service = await findService(source, path.slice(0, at));
  const name = path.slice(at + 1);
  const method =
    service.methods.find((one) => one.name === name) ?? service.methods.find((one) => one.localName === name);
  if (method !== undefined) return method;
  const names = service.methods.map((one) => one.name);
  throw new CliError(
    `the service ${service.typeName} has no method ${name}${suggest(name, names, "It has")}`,
    ExitCode.usage,
  );
}

/** As {@link findMethod}, of a service. */
export async function findService(source: SchemaSource, name: string): Promise<DescService> {
  const found = await source.find(name);
  if (found?.kind === "service") return found;
  if (found !== undefined)
    throw new CliError(`${name} is not a service, but of the kind ${found.kind}`, ExitCode.usage);
  const names = await source.listServices();
  const full = fullNameOf(name, names);
  const byEnd = full === undefined ? undefined : await source.find(full);
  if (byEnd?.kind === "service") return byEnd;
  const what = `there is no service ${printableLine(name)} in what is known from ${source.name}`;
  throw new CliError(`${what}${suggest(name, names, "There are")}`, ExitCode.usage);
}

/** The one name that ends in what was written. */
function fullNameOf(end: string, names: readonly string[]): string | undefined {
  const found = names.filter((name) => name.endsWith(`.${end}`));
  return found.length === 1 ? found[0] : undefined;
}

const shownMax = 50;

/** The end of a message about an unknown name: the nearest one, and those that there are. */
export function suggest(name: string, names: readonly string[], intro: string): string {
  if (names.length === 0) return ": there are none";
  const near = similarName(name, names) ?? nearByEnd(name, names);
  const shown = names.slice(0, shownMax).map((one) => `\n  ${printableLine(one)}`);
  const more = names.length > shownMax ? `\n  and ${names.length - shownMax} more` : "";
  return `${near === undefined ? "" : `: did you mean ${printableLine(near)}?`}\n${intro}:${shown.join("")}${more}`;
}

/** A name without its package is far from all full names; their last parts are compared then. */
function nearByEnd(name: string, names: readonly string[]): string | undefined {
  const lastOf = (one: string): string => one.slice(one.lastIndexOf(".") + 1);
  const near = similarName(lastOf(name), names.map(lastOf));
  return near === undefined ? undefined : names.find((one) => lastOf(one) === near);
}
