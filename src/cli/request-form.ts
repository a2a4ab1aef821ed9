import type { DescMessage, Message, Registry } from "@bufbuild/protobuf";
import { type JsonPiece, JsonSplitter } from "./json-splitter.js";
import type { MessageFormat } from "./message-format.js";
import { readMessage } from "./request-json.js";
import { readTextMessage } from "./request-text.js";
import { TextSplitter } from "./text-splitter.js";
import type { TypeSearch } from "./type-search.js";

/** How requests of a format are read. */
export interface RequestForm {
  /** What is said to who types them. */
  readonly invitation: string;
  splitter(): { push(text: string): JsonPiece[]; end(): JsonPiece[] };
  /** Asks for the types and extensions that a request names. */
  learn(search: TypeSearch, schema: DescMessage, text: string): Promise<void>;
  read(schema: DescMessage, piece: JsonPiece, registry: Registry, where: string): Message;
}

export const requestForms: Readonly<Record<MessageFormat, RequestForm>> = {
  json: {
    invitation: "Type requests as JSON; Ctrl-D on an empty line ends them.\n",
    splitter: () => new JsonSplitter(),
    learn: (search, schema, text) => search.learnJson(schema, text),
    read: readMessage,
  },
  text: {
    invitation: "Type requests in the text format, Ctrl-^ between two of them; Ctrl-D on an empty line ends them.\n",
    splitter: () => new TextSplitter(),
    learn: (search, schema, text) => search.learnText(schema, text),
    read: readTextMessage,
  },
};
