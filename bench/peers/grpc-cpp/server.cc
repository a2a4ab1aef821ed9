// The Echo service in C++ gRPC, with its callback API.
#include <grpcpp/grpcpp.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>

#include "echo.grpc.pb.h"
#include "lines.h"
#include "streams.h"

class EchoService : public peregrine::test::Echo::CallbackService {
  grpc::ServerUnaryReactor* Unary(grpc::CallbackServerContext* context, const EchoRequest* request,
                                  EchoResponse* response) override {
    response->set_payload(request->payload());
    response->set_text(request->text());
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  grpc::ServerWriteReactor<EchoResponse>* ServerStream(grpc::CallbackServerContext*,
                                                       const EchoRequest* request) override {
    return new ServerStreamReactor(*request);
  }
  grpc::ServerReadReactor<EchoRequest>* ClientStream(grpc::CallbackServerContext*, EchoSummary* summary) override {
    return new ClientStreamReactor(summary);
  }
  grpc::ServerBidiReactor<EchoRequest, EchoResponse>* Bidi(grpc::CallbackServerContext*) override {
    return new BidiReactor();
  }
};

std::string ReadFile(const char* path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::shared_ptr<grpc::ServerCredentials> Credentials() {
  const char* cert = std::getenv("BENCH_TLS_CERT");
  const char* key = std::getenv("BENCH_TLS_KEY");
  if (cert == nullptr || key == nullptr) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({ReadFile(key), ReadFile(cert)});
  return grpc::SslServerCredentials(options);
}

int main() {
  EchoService service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", Credentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    std::cerr << "error: the server does not start" << std::endl;
    return 1;
  }
  AnswerLines(port);
  // The harness is gone: nothing is left to be drained.
  std::_Exit(0);
}
