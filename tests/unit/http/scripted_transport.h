// A transport that delivers a test's bytes, in pieces of the test's choice, and keeps what is written.
#pragma once

#include <algorithm>
#include <string>

#include "http/transport.h"

namespace connected_registry::http::testing {

struct Script {
  Io handshake = Io::kDone;
  std::string input;                         // sent by the client
  std::size_t piece = 1 << 20;               // maximum size of a read
  bool ended = false;                        // the client has closed
  std::size_t writable = std::string::npos;  // number of bytes that can be written before it blocks
  std::string output;
  bool is_shut_down = false;
};

// `script` outlives it.
class ScriptedTransport final : public Transport {
 public:
  explicit ScriptedTransport(Script& script) : script_(script) {}

  Io handshake() override { return script_.handshake; }
  Io read(std::span<char> target, std::size_t& count) override {
    count = std::min({target.size(), script_.input.size(), script_.piece});
    if (count == 0) return script_.ended ? Io::kClosed : Io::kReadable;
    std::copy_n(script_.input.begin(), count, target.begin());
    script_.input.erase(0, count);
    return Io::kDone;
  }
  bool has_pending() const override { return !script_.input.empty(); }
  Io write(std::string_view bytes, std::size_t& count) override {
    count = std::min(bytes.size(), script_.writable);
    if (count == 0) return Io::kWritable;
    if (script_.writable != std::string::npos) script_.writable -= count;
    script_.output.append(bytes.substr(0, count));
    return Io::kDone;
  }
  void shut_down() override { script_.is_shut_down = true; }
  Io discard(std::size_t& count) override {
    count = script_.input.size();
    script_.input.clear();
    if (count > 0) return Io::kDone;
    return script_.ended ? Io::kClosed : Io::kReadable;
  }

 private:
  Script& script_;
};

}  // namespace connected_registry::http::testing
