import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { type AskFlags, runAsk } from "./ask-run.js";
import { methodLine } from "./call-trace.js";
import { findService } from "./find-method.js";
import type { CliIo } from "./io.js";
import { printableLine } from "./printable.js";
import type { SchemaSource } from "./schema-source.js";

/** The command line of `peregrine list`, as commander names it. */
export interface ListFlags extends AskFlags {
  readonly methods: boolean;
  readonly long: boolean;
}

/** Prints services, or the methods of one or of all. */
export function runList(flags: ListFlags, io: CliIo): Promise<number> {
  return runAsk(flags, io, async (source, name) => {
    if (name === undefined && !flags.methods && !flags.long) {
      const names = await source.listServices();
      io.stdout(flags.json ? `${JSON.stringify({ services: names })}\n` : names.map(lineOf).join(""));
      return;
    }
    const services = name === undefined ? await allServices(source) : [await findService(source, name)];
    const methods = services.flatMap((service) => service.methods);
    if (flags.json) io.stdout(`${JSON.stringify({ methods: methods.map(methodJson) })}\n`);
    else for (const method of methods) io.stdout(lineOf(flags.long ? longLine(method) : pathOf(method)));
  });
}

/** A server may name its services as it likes; a name is one line all the same. */
function lineOf(name: string): string {
  return `${printableLine(name)}\n`;
}

async function allServices(source: SchemaSource): Promise<DescService[]> {
  const services: DescService[] = [];
  for (const name of await source.listServices()) services.push(await findService(source, name));
  return services;
}

function pathOf(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}

function longLine(method: DescMethod): string {
  return `${pathOf(method)}${methodLine(method).slice(`rpc ${method.name}`.length)}`;
}

function methodJson(method: DescMethod): object {
  const { clientStreaming, serverStreaming } = method.proto;
  const { input, output } = method;
  return {
    method: pathOf(method),
    request: input.typeName,
    response: output.typeName,
    clientStreaming,
    serverStreaming,
  };
}
