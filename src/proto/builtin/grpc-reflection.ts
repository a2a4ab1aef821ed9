/** Both versions; they differ in the package and the options alone. */
const template = `syntax = "proto3";

package grpc.reflection.VERSION;

OPTIONS

// What a server has, as descriptors.
service ServerReflection {
  // One stream for all that a client asks, so that one server answers it.
  rpc ServerReflectionInfo(stream ServerReflectionRequest) returns (stream ServerReflectionResponse);
}

// One question.
message ServerReflectionRequest {
  // The host that is meant, as the client knows it.
  string host = 1;
  // What is asked.
  oneof message_request {
    // The file of this name.
    string file_by_filename = 3;
    // The file that declares this full name: of a service, a method, a message, a field, an enum, ...
    string file_containing_symbol = 4;
    // The file that declares this extension.
    ExtensionRequest file_containing_extension = 5;
    // The numbers of all extensions of this message type.
    string all_extension_numbers_of_type = 6;
    // The names of all services; what is in the field does not matter.
    string list_services = 7;
  }
}

// Names an extension.
message ExtensionRequest {
  // Full name of the message type that is extended.
  string containing_type = 1;
  // The number of the extension.
  int32 extension_number = 2;
}

// One answer.
message ServerReflectionResponse {
  // The host of the request.
  string valid_host = 1;
  // The request.
  ServerReflectionRequest original_request = 2;
  // The answer by the kind of question.
  oneof message_response {
    // The file that was asked for, and those that it imports.
    FileDescriptorResponse file_descriptor_response = 4;
    // Numbers of extensions.
    ExtensionNumberResponse all_extension_numbers_response = 5;
    // Names of services.
    ListServiceResponse list_services_response = 6;
    // The question could not be answered.
    ErrorResponse error_response = 7;
  }
}

// Files; those that this stream has sent before may be missing.
message FileDescriptorResponse {
  // Each a google.protobuf.FileDescriptorProto.
  repeated bytes file_descriptor_proto = 1;
}

// Extensions of a message type.
message ExtensionNumberResponse {
  // Full name of the type.
  string base_type_name = 1;
  // Their numbers, in any order.
  repeated int32 extension_number = 2;
}

// Services of the server.
message ListServiceResponse {
  // One each.
  repeated ServiceResponse service = 1;
}

// One service.
message ServiceResponse {
  // Its full name.
  string name = 1;
}

// Why there is no answer.
message ErrorResponse {
  // One of the status codes of gRPC.
  int32 error_code = 1;
  // For developers.
  string error_message = 2;
}
`;

function reflection(version: string, options: string): string {
  return template.replace("VERSION", version).replace("OPTIONS", options);
}

/** `grpc/reflection/v1/reflection.proto`: how tools learn what a server can be called with. */
export const grpcReflectionV1: string = reflection(
  "v1",
  `option go_package = "google.golang.org/grpc/reflection/grpc_reflection_v1";
option java_multiple_files = true;
option java_package = "io.grpc.reflection.v1";
option java_outer_classname = "ServerReflectionProto";`,
);

/** `grpc/reflection/v1alpha/reflection.proto`: the same under its first name, which many tools still ask by. */
export const grpcReflectionV1alpha: string = reflection(
  "v1alpha",
  `option deprecated = true;
option go_package = "google.golang.org/grpc/reflection/grpc_reflection_v1alpha";
option java_multiple_files = true;
option java_package = "io.grpc.reflection.v1alpha";
option java_outer_classname = "ServerReflectionProto";`,
);
