/** `google/rpc/status.proto`: a status with its details, as it travels in `grpc-status-details-bin`. */
export const googleRpcStatus = `syntax = "proto3";

package google.rpc;

import "google/protobuf/any.proto";

option java_multiple_files = true;
option java_outer_classname = "StatusProto";
option java_package = "com.google.rpc";
option objc_class_prefix = "RPC";

// How a call ended.
message Status {
  // One of google.rpc.Code.
  int32 code = 1;
  // For developers, in English.
  string message = 2;
  // What a program can read.
  repeated google.protobuf.Any details = 3;
}
`;
/** `google/rpc/code.proto`: the status codes. */
export const googleRpcCode = `syntax = "proto3";

package google.rpc;

option java_multiple_files = true;
option java_outer_classname = "CodeProto";
option java_package = "com.google.rpc";
option objc_class_prefix = "RPC";

// The status codes of gRPC.
enum Code {
  // No error.
  OK = 0;
  // The caller cancelled.
  CANCELLED = 1;
  // An error with no better code.
  UNKNOWN = 2;
  // The request is wrong whatever the state of the system.
  INVALID_ARGUMENT = 3;
  // Time ran out.
  DEADLINE_EXCEEDED = 4;
  // There is no such thing.
  NOT_FOUND = 5;
  // There is such a thing already.
  ALREADY_EXISTS = 6;
  // The caller is known, and may not.
  PERMISSION_DENIED = 7;
  // The caller is not known.
  UNAUTHENTICATED = 16;
  // A quota or a store is used up.
  RESOURCE_EXHAUSTED = 8;
  // The system's state does not allow it.
  FAILED_PRECONDITION = 9;
  // A conflict with another call.
  ABORTED = 10;
  // Past the valid range.
  OUT_OF_RANGE = 11;
  // Not built, or not enabled.
  UNIMPLEMENTED = 12;
  // Something is broken.
  INTERNAL = 13;
  // Not at the moment; trying again may help.
  UNAVAILABLE = 14;
  // Data is lost for good.
  DATA_LOSS = 15;
}
`;
/** `google/rpc/error_details.proto`: the usual details of a status. */
export const googleRpcErrorDetails = `syntax = "proto3";

package google.rpc;

import "google/protobuf/duration.proto";

option java_multiple_files = true;
option java_outer_classname = "ErrorDetailsProto";
option java_package = "com.google.rpc";
option objc_class_prefix = "RPC";

// Why it failed, for programs.
message ErrorInfo {
  // In upper snake case, unique in the domain.
  string reason = 1;
  // Who defines the reason, often a host name.
  string domain = 2;
  // More about this case.
  map<string, string> metadata = 3;
}

// When to try again.
message RetryInfo {
  // Wait at least this long.
  google.protobuf.Duration retry_delay = 1;
}

// Where in the program it failed.
message DebugInfo {
  // The stack, innermost first.
  repeated string stack_entries = 1;
  // Anything else.
  string detail = 2;
}

// Which quotas were not enough.
message QuotaFailure {
  // One quota.
  message Violation {
    // Whose quota, such as "project:1234".
    string subject = 1;
    // What happened.
    string description = 2;
    // The service that has the quota.
    string api_service = 3;
    // The metric that is limited.
    string quota_metric = 4;
    // The name of the quota in the service.
    string quota_id = 5;
    // What the quota depends on.
    map<string, string> quota_dimensions = 6;
    // The limit in force.
    int64 quota_value = 7;
    // The limit to come, while a change is rolled out.
    optional int64 future_quota_value = 8;
  }
  // All of them.
  repeated Violation violations = 1;
}

// Which conditions do not hold.
message PreconditionFailure {
  // One condition.
  message Violation {
    // The kind of condition, such as "TOS".
    string type = 1;
    // What it is about.
    string subject = 2;
    // How to fix it.
    string description = 3;
  }
  // All of them.
  repeated Violation violations = 1;
}

// What is wrong with the request.
message BadRequest {
  // One field that is wrong.
  message FieldViolation {
    // Path of the field, such as "emails[3].type".
    string field = 1;
    // Why it is wrong.
    string description = 2;
    // The reason for programs, in upper snake case.
    string reason = 3;
    // The description in the user's language.
    LocalizedMessage localized_message = 4;
  }
  // All of them.
  repeated FieldViolation field_violations = 1;
}

// What to quote when asking for help.
message RequestInfo {
  // Names the request in the service's logs.
  string request_id = 1;
  // Anything that the service wants back.
  string serving_data = 2;
}

// What the call was about.
message ResourceInfo {
  // Its type.
  string resource_type = 1;
  // Its name.
  string resource_name = 2;
  // Its owner.
  string owner = 3;
  // What went wrong with it.
  string description = 4;
}

// Where to read more.
message Help {
  // One page.
  message Link {
    // What it is about.
    string description = 1;
    // Its address.
    string url = 2;
  }
  // All of them.
  repeated Link links = 1;
}

// The error in the user's language.
message LocalizedMessage {
  // A BCP 47 tag, such as "fr-CH".
  string locale = 1;
  // The text.
  string message = 2;
}
`;
