// What every user of OpenSSL needs: handles that free themselves, and its errors as text.
//
// OpenSSL keeps a queue of errors per thread. One that is left in it is taken for the error of a later call
// (SSL_get_error looks there), so whoever makes calls that may fail empties it: ErrorScope does.
#pragma once

#include <openssl/err.h>

#include <array>
#include <memory>
#include <string>

namespace connected_registry::openssl {

// unique_ptr's deleter: frees with the function given.
template <auto kFree>
struct Deleter {
  template <typename T>
  void operator()(T* handle) const {
    static_cast<void>(kFree(handle));
  }
};

// Owns one OpenSSL object: Handle<BIO, BIO_free>.
template <typename T, auto kFree>
using Handle = std::unique_ptr<T, Deleter<kFree>>;

// Starts with an empty error queue and leaves an empty one behind.
class ErrorScope {
 public:
  ErrorScope() { ERR_clear_error(); }
  ~ErrorScope() { ERR_clear_error(); }
  ErrorScope(const ErrorScope&) = delete;
  ErrorScope& operator=(const ErrorScope&) = delete;
  ErrorScope(ErrorScope&&) = delete;
  ErrorScope& operator=(ErrorScope&&) = delete;
};

// The newest error in the queue, for people ("unsupported"); never the data that was being handled.
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
