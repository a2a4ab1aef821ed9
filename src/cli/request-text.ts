import type { DescMessage, Message, Registry } from "@bufbuild/protobuf";
import { fromText } from "../text/text.js";
import { TextFormatError } from "../text/text-error.js";
import { CliError, ExitCode } from "./exit-code.js";
import type { JsonPiece } from "./json-splitter.js";

/**
 * Makes a message of the text format.
 *
 * @param where what the text is, for messages: `the request`, `requests.txtpb`
 * @throws {CliError} with the place, and what was expected
 */
export function readTextMessage(schema: DescMessage, piece: JsonPiece, registry: Registry, where: string): Message {
  try {
    return fromText(schema, piece.text, { registry });
  } catch (error) {
    if (!(error instanceof TextFormatError)) throw error;
    const line = piece.line + error.line - 1;
    const column = error.line === 1 ? piece.column + error.column - 1 : error.column;
    throw new CliError(`${where}, line ${line}, column ${column}: ${error.reason}`, ExitCode.usage);
  }
}
