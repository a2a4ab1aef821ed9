const options = (
  java: string,
  go: string,
): string => `option go_package = "google.golang.org/genproto/googleapis/rpc/${go}";
option java_multiple_files = true;
option java_outer_classname = "${java}";
option java_package = "com.google.rpc";
option objc_class_prefix = "RPC";
`;

const code = `syntax = "proto3";

package google.rpc;

${options("CodeProto", "code;code")}
// The status codes of gRPC.
enum Code {
  // The call succeeded.
  OK = 0;

  // The caller gave up.
  CANCELLED = 1;

  // An error of which nothing more is known.
  UNKNOWN = 2;

  // The request is wrong whatever state the system is in.
  INVALID_ARGUMENT = 3;

  // The deadline passed before the call was done.
  DEADLINE_EXCEEDED = 4;

  // What was asked for does not exist.
  NOT_FOUND = 5;

  // What was to be created exists.
  ALREADY_EXISTS = 6;

  // The caller is known and may not do this.
  PERMISSION_DENIED = 7;

  // A quota, a rate or a store is used up.
  RESOURCE_EXHAUSTED = 8;

  // The system is not in the state that the call needs.
  FAILED_PRECONDITION = 9;

  // The call lost against another one; trying the whole again may help.
  ABORTED = 10;

  // The request goes past the valid range.
  OUT_OF_RANGE = 11;

  // The method does not exist, or is not supported here.
  UNIMPLEMENTED = 12;

  // Something broke that should not be able to.
  INTERNAL = 13;

  // The service cannot be reached now; trying again later may help.
  UNAVAILABLE = 14;

  // Data was lost or damaged for good.
  DATA_LOSS = 15;

  // The caller did not prove who it is.
  UNAUTHENTICATED = 16;
}
`;

const status = `syntax = "proto3";

package google.rpc;

import "google/protobuf/any.proto";

option cc_enable_arenas = true;
${options("StatusProto", "status;status")}
// How a call ended, with details that a program can read.
message Status {
  // A status code of gRPC, one of google.rpc.Code.
  int32 code = 1;

  // Text for developers, in English.
  string message = 2;

  // Messages that say more; their types are up to the service.
  repeated google.protobuf.Any details = 3;
}
`;

const errorDetails = `syntax = "proto3";

package google.rpc;

import "google/protobuf/duration.proto";

${options("ErrorDetailsProto", "errdetails;errdetails")}
// What caused the error, in terms that a program can compare.
message ErrorInfo {
  // The cause, in upper case with underscores, unique within the domain: API_DISABLED.
  string reason = 1;

  // Who defines the reason, for instance the name of the service: pubsub.example.com.
  string domain = 2;

  // More about this error: the limit that was passed, the name that was not found.
  map<string, string> metadata = 3;
}

// When the client may try again.
message RetryInfo {
  // The least time to wait before the next attempt.
  google.protobuf.Duration retry_delay = 1;
}

// What developers of the service want to know; not for users.
message DebugInfo {
  // The stack, one entry for each level.
  repeated string stack_entries = 1;

  // Anything else.
  string detail = 2;
}

// Which quotas the call would have passed.
message QuotaFailure {
  // One quota.
  message Violation {
    // Whose quota it is: clientip:1.2.3.4, project:42.
    string subject = 1;

    // Which quota, and how the limit may be raised.
    string description = 2;

    // The service that checks the quota, where it is not the one that was called.
    string api_service = 3;

    // What the quota counts.
    string quota_metric = 4;

    // The name of the limit, unique within the service.
    string quota_id = 5;

    // Along what the quota is divided, such as region and zone.
    map<string, string> quota_dimensions = 6;

    // The limit at the time of the call.
    int64 quota_value = 7;

    // The limit that is being rolled out, where there is one.
    optional int64 future_quota_value = 8;
  }

  // All quotas that would have been passed.
  repeated Violation violations = 1;
}

// Which preconditions did not hold.
message PreconditionFailure {
  // One precondition.
  message Violation {
    // The kind of precondition, defined by the service: TOS.
    string type = 1;

    // What it is about, relative to the kind: example.com/account.
    string subject = 2;

    // What is missing, and how the caller can mend it.
    string description = 3;
  }

  // All preconditions that did not hold.
  repeated Violation violations = 1;
}

// Which fields of the request are wrong.
message BadRequest {
  // One field.
  message FieldViolation {
    // The path to the field: customer.emails[1].address.
    string field = 1;

    // What is wrong with its value.
    string description = 2;

    // The cause in terms that a program can compare, as in ErrorInfo.
    string reason = 3;

    // What is wrong, in the user's language.
    LocalizedMessage localized_message = 4;
  }

  // All fields that are wrong.
  repeated FieldViolation field_violations = 1;
}

// What finds the request again in the logs of the service.
message RequestInfo {
  // A text that only the service need understand.
  string request_id = 1;

  // Anything that helps to serve the request, such as an encrypted stack.
  string serving_data = 2;
}

// The resource that was accessed.
message ResourceInfo {
  // The kind of resource: sql table, cloud storage bucket, or a type URL.
  string resource_type = 1;

  // Its name.
  string resource_name = 2;

  // Who owns it: user:alice@example.com.
  string owner = 3;

  // What went wrong when it was accessed.
  string description = 4;
}

// Where to read more.
message Help {
  // One page.
  message Link {
    // What the page tells.
    string description = 1;

    // Its address.
    string url = 2;
  }

  // All pages.
  repeated Link links = 1;
}

// Text that may be shown to the user.
message LocalizedMessage {
  // The language, as BCP 47 writes it: en-US, fr-CH.
  string locale = 1;

  // The text.
  string message = 2;
}
`;

/** The files of `google/rpc` by the name that an `import` uses, so that error details need nothing installed. */
export const googleRpcFiles: Readonly<Record<string, string>> = {
  "google/rpc/code.proto": code,
  "google/rpc/error_details.proto": errorDetails,
  "google/rpc/status.proto": status,
};
