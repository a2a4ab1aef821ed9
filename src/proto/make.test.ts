import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type DescMessage, type Message } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  EnumValueDescriptorProtoSchema,
  FieldDescriptorProtoSchema,
  MethodDescriptorProtoSchema,
  OneofDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { NewEnum, NewEnumValue, NewField, NewMessage, NewMethod, NewOneof, NewService } from "./make.js";

const made: readonly (readonly [DescMessage, new () => Message])[] = [
  [FieldDescriptorProtoSchema, NewField],
  [DescriptorProtoSchema, NewMessage],
  [OneofDescriptorProtoSchema, NewOneof],
  [EnumDescriptorProtoSchema, NewEnum],
  [EnumValueDescriptorProtoSchema, NewEnumValue],
  [ServiceDescriptorProtoSchema, NewService],
  [MethodDescriptorProtoSchema, NewMethod],
];

for (const [schema, Constructor] of made) {
  test(`a new ${schema.name} is what create() makes`, () => {
    const [message, other] = [new Constructor(), create(schema)];
    assert.deepStrictEqual(message, other);
    assert.equal(Object.getPrototypeOf(message), Object.getPrototypeOf(other));
    assert.deepEqual(Object.keys(message), Object.keys(other));
  });
}
