import { create, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  EnumValueDescriptorProtoSchema,
  FieldDescriptorProtoSchema,
  MethodDescriptorProtoSchema,
  OneofDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A constructor of messages that equal those of `create()`. Descriptors are made by the thousand, and `create()` goes over all
 * fields of the type each time.
 *
 * @param fill sets what `create()` sets: the type's name and the lists
 */
function constructorOf<Schema extends DescMessage>(
  schema: Schema,
  fill: (this: Writable<MessageShape<Schema>>) => void,
): new () => MessageShape<Schema> {
  fill.prototype = Object.getPrototypeOf(create(schema));
  return fill as unknown as new () => MessageShape<Schema>;
}

export const NewField: new () => MessageShape<typeof FieldDescriptorProtoSchema> = constructorOf(
  FieldDescriptorProtoSchema,
  function () {
    this.$typeName = "google.protobuf.FieldDescriptorProto";
  },
);

export const NewMessage: new () => MessageShape<typeof DescriptorProtoSchema> = constructorOf(
  DescriptorProtoSchema,
  function () {
    this.$typeName = "google.protobuf.DescriptorProto";
    this.field = [];
    this.extension = [];
    this.nestedType = [];
    this.enumType = [];
    this.extensionRange = [];
    this.oneofDecl = [];
    this.reservedRange = [];
    this.reservedName = [];
  },
);

export const NewOneof: new () => MessageShape<typeof OneofDescriptorProtoSchema> = constructorOf(
  OneofDescriptorProtoSchema,
  function () {
    this.$typeName = "google.protobuf.OneofDescriptorProto";
  },
);

export const NewEnum: new () => MessageShape<typeof EnumDescriptorProtoSchema> = constructorOf(
  EnumDescriptorProtoSchema,
  function () {
    this.$typeName = "google.protobuf.EnumDescriptorProto";
    this.value = [];
    this.reservedRange = [];
    this.reservedName = [];
  },
);

export const NewEnumValue: new () => MessageShape<typeof EnumValueDescriptorProtoSchema> = constructorOf(
  EnumValueDescriptorProtoSchema,
  function () {
    this.$typeName = "google.protobuf.EnumValueDescriptorProto";
  },
);

export const NewService: new () => MessageShape<typeof ServiceDescriptorProtoSchema> = constructorOf(
  ServiceDescriptorProtoSchema,
  function () {
    this.$typeName = "google.protobuf.ServiceDescriptorProto";
    this.method = [];
  },
);

export const NewMethod: new () => MessageShape<typeof MethodDescriptorProtoSchema> = constructorOf(
  MethodDescriptorProtoSchema,
  function () {
    this.$typeName = "google.protobuf.MethodDescriptorProto";
  },
);
