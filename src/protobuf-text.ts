/**
 * `peregrine/protobuf/text`: messages in the Protobuf text format, as other stacks of gRPC log them and keep them in files:
 * `toText(HelloSchema, message)`, `fromText(HelloSchema, text)`.
 */
export { type FromTextOptions, fromText, type ToTextOptions, toText } from "./text/text.js";
export { TextFormatError } from "./text/text-error.js";
