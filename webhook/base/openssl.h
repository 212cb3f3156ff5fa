// Handles that own OpenSSL objects, and OpenSSL's errors as text.
//
// OpenSSL stores errors in a queue per thread. If an error stays in the queue, SSL_get_error() later reports
// it for another call. Code with calls that may fail must therefore empty the queue with ErrorScope.
#pragma once

#include <openssl/err.h>

#include <array>
#include <memory>
#include <string>

namespace connected_registry::openssl {

// A deleter for unique_ptr that calls kFree.
template <auto kFree>
struct Deleter {
  template <typename T>
  void operator()(T* handle) const {
    static_cast<void>(kFree(handle));
  }
};

// A unique_ptr that owns one OpenSSL object: Handle<BIO, BIO_free>.
template <typename T, auto kFree>
using Handle = std::unique_ptr<T, Deleter<kFree>>;

// Empties the error queue of the thread in the constructor and in the destructor.
class ErrorScope {
 public:
  ErrorScope() { ERR_clear_error(); }
  ~ErrorScope() { ERR_clear_error(); }
  ErrorScope(const ErrorScope&) = delete;
  ErrorScope& operator=(const ErrorScope&) = delete;
  ErrorScope(ErrorScope&&) = delete;
  ErrorScope& operator=(ErrorScope&&) = delete;
};

// Returns the newest error of the queue as text ("unsupported"). The text never contains the processed data.
inline std::string last_error() {
  const unsigned long code = ERR_peek_last_error();
  if (code == 0) return "unknown reason";
  const char* const reason = ERR_reason_error_string(code);
  if (reason != nullptr) return reason;
  std::array<char, 120> text{};
  ERR_error_string_n(code, text.data(), text.size());
  return text.data();
}

}  // namespace connected_registry::openssl
