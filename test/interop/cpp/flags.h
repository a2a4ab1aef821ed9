// Flags and checks that the interop server and client share.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

// Of gRPC's core, for its own interop tests; no installed header declares it.
uint32_t grpc_call_test_only_get_message_flags(struct grpc_call* call);

namespace interop {

// GRPC_WRITE_INTERNAL_TEST_ONLY_WAS_COMPRESSED: the last message that was read came compressed.
constexpr uint32_t kWasCompressed = 0x40000000u;

inline std::map<std::string, std::string> ParseFlags(int argc, char** argv) {
  std::map<std::string, std::string> flags;
  for (int i = 1; i < argc; i++) {
    const std::string text = argv[i];
    const size_t equals = text.find('=');
    if (text.rfind("--", 0) != 0) {
      std::cerr << "not a flag: " << text << std::endl;
      std::exit(2);
    }
    flags[text.substr(2, equals - 2)] = equals == std::string::npos ? "true" : text.substr(equals + 1);
  }
  return flags;
}

inline std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    std::cerr << "cannot read " << path << std::endl;
    std::exit(2);
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace interop
