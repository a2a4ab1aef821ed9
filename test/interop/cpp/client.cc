// The official interop cases on C++ gRPC: --server_host, --server_port, --test_case, --use_tls, --ca_file,
// --soak_iterations. Exit code 0 when the case passes.

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "flags.h"
#include "grpc/testing/test.grpc.pb.h"

namespace grpc::testing {

// gRPC names this class as a friend of its contexts.
class InteropClientContextInspector {
 public:
  static bool WasCompressed(const ClientContext& context) {
    return (grpc_call_test_only_get_message_flags(context.call_) & interop::kWasCompressed) != 0;
  }
};

}  // namespace grpc::testing

namespace {

using grpc::ClientContext;
using grpc::Status;
using grpc::StatusCode;
using grpc::WriteOptions;
using namespace grpc::testing;

constexpr int kLargeRequest = 271828;
constexpr int kLargeResponse = 314159;
const std::vector<int> kRequestSizes = {27182, 8, 1828, 45904};
const std::vector<int> kResponseSizes = {31415, 9, 2653, 58979};
const char kInitialKey[] = "x-grpc-test-echo-initial";
const char kInitialValue[] = "test_initial_metadata_value";
const char kTrailingKey[] = "x-grpc-test-echo-trailing-bin";
const std::string kTrailingValue = "\xab\xab\xab";

using Flags = std::map<std::string, std::string>;
using Duplex = grpc::ClientReaderWriter<StreamingOutputCallRequest, StreamingOutputCallResponse>;

void Check(bool holds, const std::string& what) {
  if (holds) return;
  std::cerr << what << std::endl;
  // Not exit(): calls that are still open would hold its destructors up.
  std::_Exit(1);
}

void CheckCode(const Status& status, StatusCode code) {
  Check(status.error_code() == code, "status " + std::to_string(status.error_code()) + " \"" + status.error_message() +
                                         "\", expected " + std::to_string(code));
}

std::shared_ptr<grpc::Channel> Open(Flags& flags) {
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (flags["use_tls"] == "true") {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = interop::ReadFile(flags["ca_file"]);
    credentials = grpc::SslCredentials(options);
  }
  grpc::ChannelArguments arguments;
  // A connection of its own for each channel, which channel_soak asks for.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(flags["server_host"] + ":" + flags["server_port"], credentials, arguments);
}

SimpleRequest LargeRequest() {
  SimpleRequest request;
  request.set_response_size(kLargeResponse);
  request.mutable_payload()->set_body(std::string(kLargeRequest, '\0'));
  return request;
}

StreamingOutputCallRequest DuplexRequest(int response_size, int request_size, int interval_us = 0) {
  StreamingOutputCallRequest request;
  auto* parameters = request.add_response_parameters();
  parameters->set_size(response_size);
  parameters->set_interval_us(interval_us);
  request.mutable_payload()->set_body(std::string(request_size, '\0'));
  return request;
}

void CheckLargeUnary(TestService::Stub& stub, ClientContext& context, const SimpleRequest& request) {
  SimpleResponse response;
  CheckCode(stub.UnaryCall(&context, request, &response), StatusCode::OK);
  Check(response.payload().body() == std::string(kLargeResponse, '\0'), "not the payload that was asked for");
}

void EmptyUnary(TestService::Stub& stub, Flags&) {
  ClientContext context;
  Empty response;
  CheckCode(stub.EmptyCall(&context, Empty(), &response), StatusCode::OK);
}

void LargeUnary(TestService::Stub& stub, Flags&) {
  ClientContext context;
  CheckLargeUnary(stub, context, LargeRequest());
}

void ClientStreaming(TestService::Stub& stub, Flags&) {
  ClientContext context;
  StreamingInputCallResponse response;
  auto writer = stub.StreamingInputCall(&context, &response);
  for (const int size : kRequestSizes) {
    StreamingInputCallRequest request;
    request.mutable_payload()->set_body(std::string(size, '\0'));
    Check(writer->Write(request), "the stream takes no request");
  }
  writer->WritesDone();
  CheckCode(writer->Finish(), StatusCode::OK);
  Check(response.aggregated_payload_size() == 74922, "a sum of " + std::to_string(response.aggregated_payload_size()));
}

void ServerStreaming(TestService::Stub& stub, Flags&) {
  ClientContext context;
  StreamingOutputCallRequest request;
  for (const int size : kResponseSizes) request.add_response_parameters()->set_size(size);
  auto reader = stub.StreamingOutputCall(&context, request);
  StreamingOutputCallResponse response;
  std::vector<int> sizes;
  while (reader->Read(&response)) sizes.push_back(static_cast<int>(response.payload().body().size()));
  CheckCode(reader->Finish(), StatusCode::OK);
  Check(sizes == kResponseSizes, "other responses than were asked for");
}

void PingPong(TestService::Stub& stub, Flags&) {
  ClientContext context;
  auto stream = stub.FullDuplexCall(&context);
  StreamingOutputCallResponse response;
  for (size_t i = 0; i < kRequestSizes.size(); i++) {
    Check(stream->Write(DuplexRequest(kResponseSizes[i], kRequestSizes[i])), "the stream takes no request");
    Check(stream->Read(&response), "no response");
    Check(static_cast<int>(response.payload().body().size()) == kResponseSizes[i], "a response of another size");
  }
  stream->WritesDone();
  Check(!stream->Read(&response), "a response too many");
  CheckCode(stream->Finish(), StatusCode::OK);
}

void EmptyStream(TestService::Stub& stub, Flags&) {
  ClientContext context;
  auto stream = stub.FullDuplexCall(&context);
  stream->WritesDone();
  StreamingOutputCallResponse response;
  Check(!stream->Read(&response), "a response to nothing");
  CheckCode(stream->Finish(), StatusCode::OK);
}

void CheckMetadata(const ClientContext& context) {
  const auto& initial = context.GetServerInitialMetadata();
  const auto& trailing = context.GetServerTrailingMetadata();
  const auto first = initial.find(kInitialKey);
  const auto last = trailing.find(kTrailingKey);
  Check(initial.count(kInitialKey) == 1 && first->second == kInitialValue, "the headers lack the metadata");
  Check(trailing.count(kTrailingKey) == 1 && last->second == kTrailingValue, "the trailers lack the metadata");
}

void CustomMetadata(TestService::Stub& stub, Flags&) {
  ClientContext unary;
  unary.AddMetadata(kInitialKey, kInitialValue);
  unary.AddMetadata(kTrailingKey, kTrailingValue);
  CheckLargeUnary(stub, unary, LargeRequest());
  CheckMetadata(unary);
  ClientContext duplex;
  duplex.AddMetadata(kInitialKey, kInitialValue);
  duplex.AddMetadata(kTrailingKey, kTrailingValue);
  auto stream = stub.FullDuplexCall(&duplex);
  Check(stream->Write(DuplexRequest(kLargeResponse, kLargeRequest)), "the stream takes no request");
  stream->WritesDone();
  StreamingOutputCallResponse response;
  Check(stream->Read(&response), "no response");
  Check(!stream->Read(&response), "a response too many");
  CheckCode(stream->Finish(), StatusCode::OK);
  CheckMetadata(duplex);
}

void CheckStatus(const Status& status, const std::string& message) {
  CheckCode(status, StatusCode::UNKNOWN);
  Check(status.error_message() == message, "the message \"" + status.error_message() + "\"");
}

void StatusCodeAndMessage(TestService::Stub& stub, Flags&) {
  ClientContext unary;
  SimpleRequest request;
  request.mutable_response_status()->set_code(StatusCode::UNKNOWN);
  request.mutable_response_status()->set_message("test status message");
  SimpleResponse response;
  CheckStatus(stub.UnaryCall(&unary, request, &response), "test status message");
  ClientContext duplex;
  auto stream = stub.FullDuplexCall(&duplex);
  StreamingOutputCallRequest first;
  *first.mutable_response_status() = request.response_status();
  stream->Write(first);
  stream->WritesDone();
  StreamingOutputCallResponse ignored;
  while (stream->Read(&ignored)) {
  }
  CheckStatus(stream->Finish(), "test status message");
}

void SpecialStatusMessage(TestService::Stub& stub, Flags&) {
  const std::string message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
  ClientContext context;
  SimpleRequest request;
  request.mutable_response_status()->set_code(StatusCode::UNKNOWN);
  request.mutable_response_status()->set_message(message);
  SimpleResponse response;
  CheckStatus(stub.UnaryCall(&context, request, &response), message);
}

void UnimplementedMethod(TestService::Stub& stub, Flags&) {
  ClientContext context;
  Empty response;
  CheckCode(stub.UnimplementedCall(&context, Empty(), &response), StatusCode::UNIMPLEMENTED);
}

void UnimplementedServiceCase(TestService::Stub&, Flags& flags) {
  ClientContext context;
  Empty response;
  UnimplementedService::Stub stub(Open(flags));
  CheckCode(stub.UnimplementedCall(&context, Empty(), &response), StatusCode::UNIMPLEMENTED);
}

void CancelAfterBegin(TestService::Stub& stub, Flags&) {
  ClientContext context;
  StreamingInputCallResponse response;
  auto writer = stub.StreamingInputCall(&context, &response);
  context.TryCancel();
  CheckCode(writer->Finish(), StatusCode::CANCELLED);
}

void CancelAfterFirstResponse(TestService::Stub& stub, Flags&) {
  ClientContext context;
  auto stream = stub.FullDuplexCall(&context);
  Check(stream->Write(DuplexRequest(31415, 27182)), "the stream takes no request");
  StreamingOutputCallResponse response;
  Check(stream->Read(&response), "no response");
  context.TryCancel();
  CheckCode(stream->Finish(), StatusCode::CANCELLED);
}

void TimeoutOnSleepingServer(TestService::Stub& stub, Flags&) {
  ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(1));
  auto stream = stub.FullDuplexCall(&context);
  stream->Write(DuplexRequest(31415, 27182, 1000000));
  CheckCode(stream->Finish(), StatusCode::DEADLINE_EXCEEDED);
}

void PickFirstUnary(TestService::Stub& stub, Flags&) {
  std::set<std::string> ids;
  for (int i = 0; i < 100; i++) {
    ClientContext context;
    SimpleRequest request;
    request.set_response_size(1);
    request.mutable_payload()->set_body("x");
    request.set_fill_server_id(true);
    SimpleResponse response;
    CheckCode(stub.UnaryCall(&context, request, &response), StatusCode::OK);
    ids.insert(response.server_id());
  }
  Check(ids.size() == 1 && !ids.begin()->empty(), std::to_string(ids.size()) + " servers");
}

void ClientCompressedUnary(TestService::Stub& stub, Flags&) {
  SimpleRequest request = LargeRequest();
  request.mutable_expect_compressed()->set_value(true);
  ClientContext probe;
  SimpleResponse response;
  CheckCode(stub.UnaryCall(&probe, request, &response), StatusCode::INVALID_ARGUMENT);
  for (const bool compress : {true, false}) {
    ClientContext context;
    if (compress) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    request.mutable_expect_compressed()->set_value(compress);
    CheckLargeUnary(stub, context, request);
  }
}

void ServerCompressedUnary(TestService::Stub& stub, Flags&) {
  for (const bool compress : {true, false}) {
    ClientContext context;
    SimpleRequest request = LargeRequest();
    request.mutable_response_compressed()->set_value(compress);
    CheckLargeUnary(stub, context, request);
    Check(InteropClientContextInspector::WasCompressed(context) == compress,
          compress ? "the response came uncompressed" : "the response came compressed");
  }
}

StreamingInputCallRequest CompressedRequest(int size, bool expected) {
  StreamingInputCallRequest request;
  request.mutable_expect_compressed()->set_value(expected);
  request.mutable_payload()->set_body(std::string(size, '\0'));
  return request;
}

void ClientCompressedStreaming(TestService::Stub& stub, Flags&) {
  StreamingInputCallResponse response;
  ClientContext probe;
  auto refused = stub.StreamingInputCall(&probe, &response);
  refused->Write(CompressedRequest(27182, true));
  refused->WritesDone();
  CheckCode(refused->Finish(), StatusCode::INVALID_ARGUMENT);
  ClientContext context;
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  auto writer = stub.StreamingInputCall(&context, &response);
  Check(writer->Write(CompressedRequest(27182, true)), "the stream takes no request");
  Check(writer->Write(CompressedRequest(45904, false), WriteOptions().set_no_compression()), "nor a second one");
  writer->WritesDone();
  CheckCode(writer->Finish(), StatusCode::OK);
  Check(response.aggregated_payload_size() == 73086, "a sum of " + std::to_string(response.aggregated_payload_size()));
}

void ServerCompressedStreaming(TestService::Stub& stub, Flags&) {
  ClientContext context;
  StreamingOutputCallRequest request;
  for (const auto& [size, compress] : {std::pair<int, bool>{31415, true}, {92653, false}}) {
    auto* parameters = request.add_response_parameters();
    parameters->set_size(size);
    parameters->mutable_compressed()->set_value(compress);
  }
  auto reader = stub.StreamingOutputCall(&context, request);
  StreamingOutputCallResponse response;
  for (const auto& parameters : request.response_parameters()) {
    Check(reader->Read(&response), "no response");
    Check(static_cast<int>(response.payload().body().size()) == parameters.size(), "a response of another size");
    Check(InteropClientContextInspector::WasCompressed(context) == parameters.compressed().value(),
          "a response's compression is not as asked");
  }
  Check(!reader->Read(&response), "a response too many");
  CheckCode(reader->Finish(), StatusCode::OK);
}

void RpcSoak(TestService::Stub& stub, Flags& flags) {
  for (int i = std::stoi(flags["soak_iterations"]); i > 0; i--) LargeUnary(stub, flags);
}

void ChannelSoak(TestService::Stub&, Flags& flags) {
  for (int i = std::stoi(flags["soak_iterations"]); i > 0; i--) {
    TestService::Stub stub(Open(flags));
    LargeUnary(stub, flags);
  }
}

const std::map<std::string, std::function<void(TestService::Stub&, Flags&)>> kCases = {
    {"empty_unary", EmptyUnary},
    {"large_unary", LargeUnary},
    {"client_streaming", ClientStreaming},
    {"server_streaming", ServerStreaming},
    {"ping_pong", PingPong},
    {"empty_stream", EmptyStream},
    {"custom_metadata", CustomMetadata},
    {"status_code_and_message", StatusCodeAndMessage},
    {"special_status_message", SpecialStatusMessage},
    {"unimplemented_method", UnimplementedMethod},
    {"unimplemented_service", UnimplementedServiceCase},
    {"cancel_after_begin", CancelAfterBegin},
    {"cancel_after_first_response", CancelAfterFirstResponse},
    {"timeout_on_sleeping_server", TimeoutOnSleepingServer},
    {"pick_first_unary", PickFirstUnary},
    {"client_compressed_unary", ClientCompressedUnary},
    {"server_compressed_unary", ServerCompressedUnary},
    {"client_compressed_streaming", ClientCompressedStreaming},
    {"server_compressed_streaming", ServerCompressedStreaming},
    {"rpc_soak", RpcSoak},
    {"channel_soak", ChannelSoak},
};

}  // namespace

int main(int argc, char** argv) {
  auto flags = interop::ParseFlags(argc, argv);
  const auto found = kCases.find(flags["test_case"]);
  Check(found != kCases.end(), "no such case: " + flags["test_case"]);
  TestService::Stub stub(Open(flags));
  found->second(stub, flags);
  return 0;
}
