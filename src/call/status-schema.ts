import { create, createFileRegistry, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import {
  type FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";

/** On the wire as `google.protobuf.Any`. */
type Detail = Message<"google.rpc.Detail"> & { typeUrl: string; value: Uint8Array };

/** On the wire as `google.rpc.Status`. */
type StatusMessage = Message<"google.rpc.Status"> & { code: number; message: string; details: Detail[] };

let made: GenMessage<StatusMessage> | undefined;

/**
 * The schema of statuses with details; made when first asked for. The generated one of `google.rpc.Status` would be made at each
 * start of a program, and that of `Any` with it, for what few calls end with.
 */
export function statusSchema(): GenMessage<StatusMessage> {
  made ??= makeSchema();
  return made;
}

type Field = MessageInitShape<typeof FieldDescriptorProtoSchema>;

function singular(number: number, name: string, type: Type): Field {
  return { number, name, type, label: Label.OPTIONAL };
}

function makeSchema(): GenMessage<StatusMessage> {
  const file = create(FileDescriptorProtoSchema, {
    name: "status.proto",
    package: "google.rpc",
    syntax: "proto3",
    messageType: [
      { name: "Detail", field: [singular(1, "type_url", Type.STRING), singular(2, "value", Type.BYTES)] },
      {
        name: "Status",
        field: [
          singular(1, "code", Type.INT32),
          singular(2, "message", Type.STRING),
          { number: 3, name: "details", type: Type.MESSAGE, label: Label.REPEATED, typeName: ".google.rpc.Detail" },
        ],
      },
    ],
  });
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
  return registry.getMessage("google.rpc.Status") as GenMessage<StatusMessage>;
}
