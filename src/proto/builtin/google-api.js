/** `google/api/annotations.proto`: the option that maps a method to HTTP. */
export const googleApiAnnotations = `syntax = "proto3";

package google.api;

import "google/api/http.proto";
import "google/protobuf/descriptor.proto";

option java_multiple_files = true;
option java_outer_classname = "AnnotationsProto";
option java_package = "com.google.api";
option objc_class_prefix = "GAPI";

extend google.protobuf.MethodOptions {
  // How the method is called over HTTP.
  HttpRule http = 72295728;
}
`;
/** `google/api/http.proto`: what that option holds. */
export const googleApiHttp = `syntax = "proto3";

package google.api;

option java_multiple_files = true;
option java_outer_classname = "HttpProto";
option java_package = "com.google.api";
option objc_class_prefix = "GAPI";

// The rules of a whole service configuration.
message Http {
  // Later rules win.
  repeated HttpRule rules = 1;
  // Decode "+" and encoded slashes of multi-segment path variables too.
  bool fully_decode_reserved_expansion = 2;
}

// How one method is called over HTTP.
message HttpRule {
  // Full name of the method, in a service configuration.
  string selector = 1;
  // The HTTP method, with the template of the path.
  oneof pattern {
    string get = 2;
    string put = 3;
    string post = 4;
    string delete = 5;
    string patch = 6;
    // Any other HTTP method.
    CustomHttpPattern custom = 8;
  }
  // The request field that is the HTTP body; "*" for all that the path does not hold.
  string body = 7;
  // The response field that is the HTTP body; all when empty.
  string response_body = 12;
  // Further ways to call the method; they hold no more of their own.
  repeated HttpRule additional_bindings = 11;
}

// An HTTP method that has no field of its own.
message CustomHttpPattern {
  // The name of the HTTP method.
  string kind = 1;
  // The template of the path.
  string path = 2;
}
`;
