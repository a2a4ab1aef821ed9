/** `grpc/health/v1/health.proto`: what load balancers and orchestrators ask a server. */
export const grpcHealthV1: string = `syntax = "proto3";

package grpc.health.v1;

option csharp_namespace = "Grpc.Health.V1";
option go_package = "google.golang.org/grpc/health/grpc_health_v1";
option java_multiple_files = true;
option java_outer_classname = "HealthProto";
option java_package = "io.grpc.health.v1";
option objc_class_prefix = "GrpcHealthV1";

// Which service is asked about.
message HealthCheckRequest {
  // Its full name; empty for the server as a whole.
  string service = 1;
}

// How it is.
message HealthCheckResponse {
  // What a service can be.
  enum ServingStatus {
    // Nothing is known.
    UNKNOWN = 0;
    // Calls are welcome.
    SERVING = 1;
    // Calls should go elsewhere.
    NOT_SERVING = 2;
    // There is no such service; Watch alone says so.
    SERVICE_UNKNOWN = 3;
  }
  // The answer.
  ServingStatus status = 1;
}

// Asks about all services.
message HealthListRequest {}

// How all of them are.
message HealthListResponse {
  // By full name of the service; the empty name is the server as a whole.
  map<string, HealthCheckResponse> statuses = 1;
}

// Whether a server can handle calls.
service Health {
  // Answers once. NOT_FOUND for a service that is not known.
  rpc Check(HealthCheckRequest) returns (HealthCheckResponse);
  // Answers for all services. RESOURCE_EXHAUSTED where there are too many.
  rpc List(HealthListRequest) returns (HealthListResponse);
  // Answers at once and again with each change. A service that is not known is SERVICE_UNKNOWN until it is.
  rpc Watch(HealthCheckRequest) returns (stream HealthCheckResponse);
}
`;
