import type { AnyDesc, DescExtension, DescMessage } from "@bufbuild/protobuf";
import { type AskFlags, runAsk } from "./ask-run.js";
import { CliError, ExitCode } from "./exit-code.js";
import { isExtendable } from "./extended-parts.js";
import { findService, suggest } from "./find-method.js";
import type { CliIo } from "./io.js";
import { jsonTemplate } from "./json-template.js";
import { jsonText } from "./json-text.js";
import type { MessageFormat } from "./message-format.js";
import { asIs, printableLine } from "./printable.js";
import { ProtoText } from "./proto-text.js";
import { fullNameOf } from "./proto-text-names.js";
import type { SchemaSource } from "./schema-source.js";
import { textTemplate } from "./text-template.js";

/** The command line of `peregrine describe`, as commander names it. */
export interface DescribeFlags extends AskFlags {
  readonly template: boolean;
  /** Of the template. */
  readonly format: MessageFormat;
}

/** Prints declarations as `.proto` text, or a request to fill in. */
export async function runDescribe(flags: DescribeFlags, io: CliIo): Promise<number> {
  checkFormat(flags);
  return runAsk(flags, io, async (source, name) => {
    const found = name === undefined ? await allServices(source) : [await findSymbol(source, name)];
    if (flags.template) {
      if (name === undefined) throw new CliError("--template needs a SYMBOL: a method or a message", ExitCode.usage);
      printTemplate(messageOf(found[0] as AnyDesc, name), flags, io);
      return;
    }
    const described: Described[] = [];
    for (const desc of found) described.push(await describe(source, desc));
    if (flags.json) {
      io.stdout(`${JSON.stringify({ symbols: described.map(symbolJson) })}\n`);
      return;
    }
    io.stdout(described.map(symbolText).join("\n"));
  });
}

function checkFormat({ format, template, json }: DescribeFlags): void {
  if (format !== "text" || (template && !json)) return;
  const why = json ? "cannot stand with --json" : "is for --template: declarations are printed as .proto text";
  throw new CliError(`--format text ${why}`, ExitCode.usage);
}

function printTemplate(desc: DescMessage, { format, json }: DescribeFlags, io: CliIo): void {
  if (format === "text") {
    io.stdout(textTemplate(desc));
    return;
  }
  const template = jsonTemplate(desc);
  if (json) io.stdout(`${JSON.stringify(template)}\n`);
  else io.stdout(asIs(`${jsonText(template, io.colorStdout === true)}\n`));
}

/** A declaration as text, and the extensions of a message. */
interface Described {
  readonly desc: AnyDesc;
  readonly proto: string;
  readonly extensions: readonly DescExtension[];
  /** As `extend` blocks; "" where there are none. */
  readonly extensionsProto: string;
}

/** A server is asked for extensions: those of a message, and those that are options of what is described. */
async function describe(source: SchemaSource, desc: AnyDesc): Promise<Described> {
  const isOpen = desc.kind === "message" && isExtendable(desc);
  const extensions = isOpen ? await source.findExtensions(desc) : [];
  const write = (text: ProtoText): Described => {
    const proto = text.write(desc);
    return { desc, proto, extensions, extensionsProto: extensions.length > 0 ? text.writeExtensions(extensions) : "" };
  };
  const text = new ProtoText(source.registry);
  const described = write(text);
  if (text.unexplainedOptions.size === 0) return described;
  for (const options of text.unexplainedOptions) await source.findExtensions(options);
  return write(new ProtoText(source.registry));
}

/** The line above says what a declaration alone does not: its whole name, and where it is. */
function symbolText({ desc, proto, extensionsProto }: Described): string {
  const place = `// ${fullNameOf(desc)}, ${kindOf(desc)} in ${fileNameOf(desc)}`;
  const where = desc.kind === "file" ? "" : `${printableLine(place)}\n\n`;
  return `${where}${proto}${extensionsProto === "" ? "" : `\n${extensionsProto}`}`;
}

async function allServices(source: SchemaSource): Promise<AnyDesc[]> {
  const services: AnyDesc[] = [];
  for (const name of await source.listServices()) services.push(await findService(source, name));
  // The registry grows with each answer; what belongs together is taken from the last one.
  return services.map((desc) => source.registry.get(fullNameOf(desc)) ?? desc);
}

async function findSymbol(source: SchemaSource, name: string): Promise<AnyDesc> {
  if (name.endsWith(".proto")) {
    const file = await source.findFile(name);
    if (file !== undefined) return file;
    const names = [...source.registry.files].map((one) => one.proto.name);
    throw new CliError(
      `there is no file ${name} in what is known from ${source.name}${suggest(name, names, "There are")}`,
      ExitCode.usage,
    );
  }
  const symbol = name.replace(/^[./]/, "").replace("/", ".");
  const found = (await source.find(symbol)) ?? (await findByEnd(source, symbol));
  if (found !== undefined) return found;
  const names = [...(await source.listServices()), ...typeNames(source)];
  const what = `there is no ${symbol} in what is known from ${source.name}`;
  throw new CliError(`${what}${suggest(symbol, [...new Set(names)], "There are")}`, ExitCode.usage);
}

/** `Greeter` and `Greeter.SayHello` for what is in a package, where only one thing has that end. */
async function findByEnd(source: SchemaSource, end: string): Promise<AnyDesc | undefined> {
  const services = await source.listServices();
  for (const service of services) await source.find(service);
  const names = [...services, ...typeNames(source)];
  const dot = end.lastIndexOf(".");
  const candidates = new Set(names.filter((name) => name.endsWith(`.${end}`)));
  // A method or field: its parent by the end of that one's name.
  const parents = names.filter((name) => dot > 0 && `.${name}`.endsWith(`.${end.slice(0, dot)}`));
  if (candidates.size === 0) for (const name of new Set(parents)) candidates.add(name + end.slice(dot));
  return candidates.size === 1 ? source.find([...candidates][0] as string) : undefined;
}

function typeNames(source: SchemaSource): string[] {
  const types = [...source.registry].filter((desc) => desc.kind === "message" || desc.kind === "enum");
  return types.map((desc) => desc.typeName).filter((name) => !name.startsWith("google.protobuf."));
}

function messageOf(desc: AnyDesc, name: string): DescMessage {
  if (desc.kind === "message") return desc;
  if (desc.kind === "rpc") return desc.input;
  throw new CliError(
    `--template is for a method or a message, and ${name} is of the kind ${kindOf(desc)}`,
    ExitCode.usage,
  );
}

function kindOf(desc: AnyDesc): string {
  return desc.kind === "rpc" ? "method" : desc.kind.replace("_", " ");
}

function fileNameOf(desc: AnyDesc): string {
  if (desc.kind === "file") return desc.proto.name;
  return "file" in desc ? desc.file.proto.name : desc.parent.file.proto.name;
}

function symbolJson({ desc, proto, extensions, extensionsProto }: Described): object {
  const extended =
    extensions.length === 0 ? {} : { extensions: extensions.map(({ typeName }) => typeName), extensionsProto };
  return { name: fullNameOf(desc), kind: kindOf(desc), file: fileNameOf(desc), proto, ...extended };
}
