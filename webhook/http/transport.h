// What a connection reads from and writes to. Nothing here waits.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace connected_registry::http {

enum class Io {
  kDone,
  kReadable,  // to be tried again once there is something to read
  kWritable,  // to be tried again once something can be written
  kEnd,       // the peer closed, or the connection broke
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

  // Done at once where there is none to make.
  virtual Io handshake() = 0;
  // Reads at least one byte where it is done; `target` is not empty.
  virtual Io read(std::span<char> target, std::size_t& count) = 0;
  // True if read() has bytes that the socket no longer holds, so that waiting for the socket would be wrong.
  virtual bool has_pending() const = 0;
  // Writes at least one byte where it is done; `bytes` is not empty.
  virtual Io write(std::string_view bytes, std::size_t& count) = 0;
  // Says that nothing more will be written. After it, only drop() may be called.
  virtual void finish() = 0;
  // Reads and forgets what still comes. `count`: bytes.
  virtual Io drop(std::size_t& count) = 0;
};

}  // namespace connected_registry::http
