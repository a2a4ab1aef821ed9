// grpc.testing.TestService on C++ gRPC: --port, --use_tls, --tls_cert_file, --tls_key_file.

#include <grpcpp/grpcpp.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <thread>

#include "flags.h"
#include "grpc/testing/test.grpc.pb.h"

namespace grpc::testing {

// gRPC names this class as a friend of its contexts.
class InteropServerContextInspector {
 public:
  static bool WasCompressed(const ServerContext& context) {
    return (grpc_call_test_only_get_message_flags(context.call_.call) & interop::kWasCompressed) != 0;
  }
};

}  // namespace grpc::testing

namespace {

using grpc::ServerContext;
using grpc::Status;
using grpc::StatusCode;
using grpc::WriteOptions;
using namespace grpc::testing;

void EchoMetadata(ServerContext* context) {
  const auto& received = context->client_metadata();
  const auto initial = received.find("x-grpc-test-echo-initial");
  if (initial != received.end()) {
    context->AddInitialMetadata("x-grpc-test-echo-initial", {initial->second.data(), initial->second.size()});
  }
  const auto trailing = received.find("x-grpc-test-echo-trailing-bin");
  if (trailing != received.end()) {
    context->AddTrailingMetadata("x-grpc-test-echo-trailing-bin", {trailing->second.data(), trailing->second.size()});
  }
}

template <typename Request>
bool CameAsExpected(const ServerContext& context, const Request& request) {
  return !request.has_expect_compressed() ||
         request.expect_compressed().value() == InteropServerContextInspector::WasCompressed(context);
}

Status NotAsExpected() { return Status(StatusCode::INVALID_ARGUMENT, "the request's compression is not as expected"); }

Status StatusOf(const EchoStatus& status) { return Status(static_cast<StatusCode>(status.code()), status.message()); }

class TestServiceImpl final : public TestService::Service {
 public:
  Status EmptyCall(ServerContext* context, const Empty*, Empty*) override {
    EchoMetadata(context);
    return Status::OK;
  }

  Status UnaryCall(ServerContext* context, const SimpleRequest* request, SimpleResponse* response) override {
    EchoMetadata(context);
    if (!CameAsExpected(*context, *request)) return NotAsExpected();
    if (request->has_response_status() && request->response_status().code() != 0) {
      return StatusOf(request->response_status());
    }
    if (request->has_response_compressed()) {
      context->set_compression_algorithm(request->response_compressed().value() ? GRPC_COMPRESS_GZIP
                                                                                : GRPC_COMPRESS_NONE);
    }
    response->mutable_payload()->set_body(std::string(request->response_size(), '\0'));
    if (request->fill_server_id()) response->set_server_id("cpp-" + std::to_string(getpid()));
    return Status::OK;
  }

  Status StreamingOutputCall(ServerContext* context, const StreamingOutputCallRequest* request,
                             grpc::ServerWriter<StreamingOutputCallResponse>* writer) override {
    for (const auto& parameters : request->response_parameters()) {
      if (parameters.has_compressed()) context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
    }
    return Respond(context, *request, writer);
  }

  Status StreamingInputCall(ServerContext* context, grpc::ServerReader<StreamingInputCallRequest>* reader,
                            StreamingInputCallResponse* response) override {
    StreamingInputCallRequest request;
    int size = 0;
    while (reader->Read(&request)) {
      if (!CameAsExpected(*context, request)) return NotAsExpected();
      size += static_cast<int>(request.payload().body().size());
    }
    response->set_aggregated_payload_size(size);
    return Status::OK;
  }

  Status FullDuplexCall(
      ServerContext* context,
      grpc::ServerReaderWriter<StreamingOutputCallResponse, StreamingOutputCallRequest>* stream) override {
    EchoMetadata(context);
    StreamingOutputCallRequest request;
    while (stream->Read(&request)) {
      const Status status = Respond(context, request, stream);
      if (!status.ok()) return status;
    }
    return Status::OK;
  }

 private:
  template <typename Writer>
  Status Respond(ServerContext* context, const StreamingOutputCallRequest& request, Writer* writer) {
    if (request.has_response_status() && request.response_status().code() != 0) {
      return StatusOf(request.response_status());
    }
    for (const auto& parameters : request.response_parameters()) {
      if (context->IsCancelled()) return Status(StatusCode::CANCELLED, "the call was cancelled");
      if (parameters.interval_us() > 0) {
        std::this_thread::sleep_for(std::chrono::microseconds(parameters.interval_us()));
      }
      WriteOptions options;
      if (parameters.has_compressed() && !parameters.compressed().value()) options.set_no_compression();
      StreamingOutputCallResponse response;
      response.mutable_payload()->set_body(std::string(parameters.size(), '\0'));
      if (!writer->Write(response, options)) break;
    }
    return Status::OK;
  }
};

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(std::map<std::string, std::string>& flags) {
  if (flags["use_tls"] != "true") return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back(
      {interop::ReadFile(flags["tls_key_file"]), interop::ReadFile(flags["tls_cert_file"])});
  return grpc::SslServerCredentials(options);
}

}  // namespace

int main(int argc, char** argv) {
  // Held back from gRPC's threads too, so that the one that waits for it gets it.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  auto flags = interop::ParseFlags(argc, argv);
  TestServiceImpl service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + flags["port"], CredentialsOf(flags));
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  int signal = 0;
  sigwait(&ends, &signal);
  server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  return 0;
}
