// The byte stream of a connection. No call blocks.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace connected_registry::http {

enum class Io {
  kDone,
  kReadable,  // try again when the socket is readable
  kWritable,  // try again when the socket is writable
  kClosed,    // the peer closed the connection, or the connection broke
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

  // Continues the TLS handshake. Without TLS, returns kDone immediately.
  virtual Io handshake() = 0;
  // Reads bytes into `target`, which is not empty. After kDone, `count` is at least 1.
  virtual Io read(std::span<char> target, std::size_t& count) = 0;
  // Returns true if read() has bytes that are no longer in the socket. The caller must then not wait for the
  // socket.
  virtual bool has_pending() const = 0;
  // Writes bytes of `bytes`, which is not empty. After kDone, `count` is at least 1.
  virtual Io write(std::string_view bytes, std::size_t& count) = 0;
  // Tells the peer that no more bytes follow. After it, only discard() may be called.
  virtual void shut_down() = 0;
  // Reads and discards bytes that still arrive. `count` is their number.
  virtual Io discard(std::size_t& count) = 0;
};

}  // namespace connected_registry::http
