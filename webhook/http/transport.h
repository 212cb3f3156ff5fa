// The byte stream of a connection. No call blocks.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace connected_registry::http {

enum class Io {
  kDone,
  kReadable,  // try again once the socket is readable
  kWritable,  // try again once the socket is writable
  kClosed,    // the peer closed, or the connection broke
};

// Not thread-safe.
class Transport {
 public:
  Transport() = default;
  virtual ~Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  Transport(Transport&&) = delete;
  Transport& operator=(Transport&&) = delete;

  // Makes the TLS handshake; done at once without TLS.
  virtual Io handshake() = 0;
  // Reads at least one byte if it returns kDone. `target` is not empty.
  virtual Io read(std::span<char> target, std::size_t& count) = 0;
  // Reports whether read() has bytes that the socket no longer holds: it must then not be waited for.
  virtual bool has_pending() const = 0;
  // Writes at least one byte if it returns kDone. `bytes` is not empty.
  virtual Io write(std::string_view bytes, std::size_t& count) = 0;
  // Tells the peer that nothing more will be written. After it, only discard() may be called.
  virtual void shut_down() = 0;
  // Reads and discards bytes that still come; `count` is their number.
  virtual Io discard(std::size_t& count) = 0;
};

}  // namespace connected_registry::http
