/** A service with the four shapes, for tests: made without generated code. */
import assert from "node:assert/strict";
import { create, createFileRegistry, type DescMethod, type DescService, type Message } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import {
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { MessageCodec } from "../codec/codec.js";
import { protobufEsCodecs } from "../codec/protobuf-es-codec.js";
import { frameMessage } from "../message/framing.js";

export type Note = Message<"test.Note"> & { text: string; count: number; payload: Uint8Array };

function field(name: string, number: number, type: FieldDescriptorProto_Type): FieldDescriptorProto {
  const label = FieldDescriptorProto_Label.OPTIONAL;
  return create(FieldDescriptorProtoSchema, { name, jsonName: name, number, type, label });
}

function method(name: string, clientStreaming: boolean, serverStreaming: boolean): object {
  return { name, inputType: ".test.Note", outputType: ".test.Note", clientStreaming, serverStreaming };
}

const file: FileDescriptorProto = create(FileDescriptorProtoSchema, {
  name: "notes.proto",
  package: "test",
  syntax: "proto3",
  messageType: [
    {
      name: "Note",
      field: [
        field("text", 1, FieldDescriptorProto_Type.STRING),
        field("count", 2, FieldDescriptorProto_Type.INT32),
        field("payload", 3, FieldDescriptorProto_Type.BYTES),
      ],
    },
  ],
  service: [
    {
      name: "Notes",
      method: [
        method("Unary", false, false),
        method("ServerStream", false, true),
        method("ClientStream", true, false),
        method("Bidi", true, true),
      ],
    },
    { name: "Odd", method: [method("HasOwnProperty", false, false)] },
  ],
});

const registry: ReturnType<typeof createFileRegistry> = createFileRegistry(file, () => undefined);

function service(name: string): DescService {
  const found = registry.getService(name);
  assert.ok(found !== undefined);
  return found;
}

/** `unary`, `serverStream`, `clientStream`, `bidi`, all from Note to Note. */
export const NotesService: DescService = service("test.Notes");
/** Its one method is named as something that all objects inherit. */
export const OddService: DescService = service("test.Odd");
export const NoteSchema: GenMessage<Note> = registry.getMessage("test.Note") as GenMessage<Note>;
export const noteCodec: MessageCodec<GenMessage<Note>> = protobufEsCodecs()(NoteSchema);

export type NotesMethod = "unary" | "serverStream" | "clientStream" | "bidi";

export function notesMethod(name: NotesMethod): DescMethod {
  return NotesService.method[name] as DescMethod;
}

/** A note as it travels: prefix and bytes. */
export function framedNote(text: string, more: { count?: number; payload?: Uint8Array } = {}): Uint8Array {
  return frameMessage(noteCodec.encode({ text, ...more }, 5));
}
