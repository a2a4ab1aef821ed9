// The three streaming shapes as reactors of the callback API.
#pragma once

#include <grpcpp/grpcpp.h>

#include "echo.grpc.pb.h"

using peregrine::test::EchoRequest;
using peregrine::test::EchoResponse;
using peregrine::test::EchoSummary;

class ServerStreamReactor : public grpc::ServerWriteReactor<EchoResponse> {
 public:
  explicit ServerStreamReactor(const EchoRequest& request) : count_(request.count()) {
    response_.set_payload(request.payload());
    response_.set_text(request.text());
    WriteNext();
  }
  void OnWriteDone(bool ok) override {
    if (ok) {
      WriteNext();
    } else {
      Finish(grpc::Status::CANCELLED);
    }
  }
  void OnDone() override { delete this; }

 private:
  // The last message leaves together with the status.
  void WriteNext() {
    if (count_ == 0) {
      Finish(grpc::Status::OK);
      return;
    }
    response_.set_index(index_++);
    if (index_ < count_) {
      StartWrite(&response_);
    } else if (index_ == count_) {
      StartWriteAndFinish(&response_, grpc::WriteOptions(), grpc::Status::OK);
    }
  }

  const int count_;
  int index_ = 0;
  EchoResponse response_;
};

class ClientStreamReactor : public grpc::ServerReadReactor<EchoRequest> {
 public:
  explicit ClientStreamReactor(EchoSummary* summary) : summary_(summary) { StartRead(&request_); }
  void OnReadDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status::OK);
      return;
    }
    summary_->set_count(summary_->count() + 1);
    summary_->set_payload_bytes(summary_->payload_bytes() + static_cast<int64_t>(request_.payload().size()));
    StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  EchoSummary* const summary_;
  EchoRequest request_;
};

class BidiReactor : public grpc::ServerBidiReactor<EchoRequest, EchoResponse> {
 public:
  BidiReactor() { StartRead(&request_); }
  void OnReadDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status::OK);
      return;
    }
    response_.set_payload(request_.payload());
    response_.set_text(request_.text());
    StartWrite(&response_);
  }
  void OnWriteDone(bool ok) override {
    if (ok) {
      StartRead(&request_);
    } else {
      Finish(grpc::Status::CANCELLED);
    }
  }
  void OnDone() override { delete this; }

 private:
  EchoRequest request_;
  EchoResponse response_;
};
