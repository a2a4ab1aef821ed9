import type { DescMessage, MessageShape, Registry } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import {
  checkBoolean,
  checkOptions,
  isInteger,
  isNumber,
  isObjectWith,
  type OptionChecks,
  show,
} from "../base/check-option.js";
import { Lexer } from "./lexer.js";
import { TextOutput } from "./output.js";
import { MessageReader } from "./read-message.js";
import { errorAt } from "./text-error.js";
import { MessageWriter } from "./write-message.js";

/** How a message is written as text. */
export interface ToTextOptions {
  /** Knows the extensions, and the types in a `google.protobuf.Any`; without it, both are written as the fields that they are. */
  readonly registry?: Registry | undefined;
  /** Whether all stands on one line; default false. */
  readonly singleLine?: boolean | undefined;
  /** Whether fields without presence are written that have their zero; default false. */
  readonly alwaysEmitImplicit?: boolean | undefined;
  /**
   * Whether fields that the schema does not know are written, by their numbers; default false. Such a text is for people: it cannot be
   * read back.
   */
  readonly printUnknownFields?: boolean | undefined;
  /** Longest text, in UTF-16 units; from 0 to 536870888, default 67108864. */
  readonly maxTextUnits?: number | undefined;
}

/** How a text is read. */
export interface FromTextOptions {
  /** Knows the extensions, and the types in a `google.protobuf.Any`, that the text may have. */
  readonly registry?: Registry | undefined;
  /** Whether required fields may be missing; default false. */
  readonly allowPartial?: boolean | undefined;
  /** Longest text, in UTF-16 units; from 0 to 536870888, default 67108864. */
  readonly maxTextUnits?: number | undefined;
  /** What the message may take of the heap, in bytes, by estimate; 0 or more, default 268435456. A text of `{}` takes many times itself. */
  readonly maxDecodedBytes?: number | undefined;
}

/** The longest string of V8. */
const unitsMax = 536_870_888;
const defaultMaxTextUnits = 67_108_864;
const defaultMaxDecodedBytes = 268_435_456;

const isRegistry = isObjectWith("getMessage", "getExtension", "getExtensionFor");

const toTextChecks: OptionChecks<ToTextOptions> = {
  registry: isRegistry,
  singleLine: checkBoolean,
  alwaysEmitImplicit: checkBoolean,
  printUnknownFields: checkBoolean,
  maxTextUnits: isInteger(0, unitsMax),
};

const fromTextChecks: OptionChecks<FromTextOptions> = {
  registry: isRegistry,
  allowPartial: checkBoolean,
  maxTextUnits: isInteger(0, unitsMax),
  maxDecodedBytes: isNumber(0),
};

/**
 * Writes a message in the Protobuf text format (https://protobuf.dev/reference/protobuf/textformat-spec/), fields in the order of their
 * numbers, messages nested up to 100 deep.
 *
 * @throws {TextFormatError} when a value does not fit its field, or the message is nested too deep or too long
 * @throws {TypeError} when an option is wrong
 */
export function toText<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc>,
  options: ToTextOptions = {},
): string {
  checkOptions("text options", options, toTextChecks);
  const output = new TextOutput(options.singleLine ?? false, options.maxTextUnits ?? defaultMaxTextUnits);
  new MessageWriter(output, {
    registry: options.registry,
    alwaysEmitImplicit: options.alwaysEmitImplicit ?? false,
    printUnknownFields: options.printUnknownFields ?? false,
  }).write(reflect(schema, message, false));
  output.end();
  return output.text;
}

/**
 * Reads a message in the Protobuf text format. Names of fields that the schema lists as reserved are passed over; all else that the
 * schema does not know is an error. Messages may be nested 100 deep.
 *
 * @throws {TextFormatError} with line and column, and what was expected
 * @throws {TypeError} when an option is wrong, or the text is no string
 */
export function fromText<Desc extends DescMessage>(
  schema: Desc,
  text: string,
  options: FromTextOptions = {},
): MessageShape<Desc> {
  checkOptions("text options", options, fromTextChecks);
  if (typeof text !== "string") throw new TypeError(`text must be a string: got ${show(text)}`);
  const maxTextUnits = options.maxTextUnits ?? defaultMaxTextUnits;
  if (text.length > maxTextUnits)
    throw errorAt(text, 0, `the text has ${text.length} UTF-16 units, more than maxTextUnits = ${maxTextUnits}`);
  const reader = new MessageReader(new Lexer(text), {
    registry: options.registry,
    allowPartial: options.allowPartial ?? false,
    maxWords: Math.floor((options.maxDecodedBytes ?? defaultMaxDecodedBytes) / 8),
  });
  return reader.readAll(schema).message as MessageShape<Desc>;
}
