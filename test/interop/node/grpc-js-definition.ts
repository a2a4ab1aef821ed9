import type * as grpc from "@grpc/grpc-js";
import {
  create,
  type DescMessage,
  type DescMethod,
  type DescService,
  fromBinary,
  type Message,
  toBinary,
} from "peregrine/protobuf";

/** A service as grpc-js and nice-grpc want it, with our codec. */
export function definitionOf(service: DescService): grpc.ServiceDefinition {
  return Object.fromEntries(service.methods.map((method) => [method.localName, methodOf(method)]));
}

function methodOf(method: DescMethod): grpc.MethodDefinition<object, Message> {
  const { methodKind, input, output } = method;
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: methodKind === "client_streaming" || methodKind === "bidi_streaming",
    responseStream: methodKind === "server_streaming" || methodKind === "bidi_streaming",
    requestSerialize: serializer(input),
    requestDeserialize: (bytes) => fromBinary(input, bytes),
    responseSerialize: serializer(output),
    responseDeserialize: (bytes) => fromBinary(output, bytes),
  };
}

function serializer(schema: DescMessage): (message: object) => Buffer {
  return (message) => Buffer.from(toBinary(schema, create(schema, message as Record<string, unknown>)));
}
