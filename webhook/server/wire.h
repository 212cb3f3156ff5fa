// A connected socket, plain or TLS, with a deadline for every wait.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string_view>
#include <utility>

#include "server/tls.h"

namespace connected_registry::server {

using Deadline = std::chrono::steady_clock::time_point;

// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  int release();

 private:
  int number_;
};

enum class Io {
  kDone,
  kEnd,      // the peer closed, or the connection broke
  kTimeout,  // the deadline passed
  kWoken,    // wait_readable only: the other descriptor became readable
};

// Not thread-safe, but another thread may shut the socket down: every wait then ends with kEnd.
class Wire {
 public:
  // `socket` is non-blocking and outlives the wire. Plain where `ssl` is nullptr.
  Wire(int socket, Ssl ssl) : socket_(socket), ssl_(std::move(ssl)) {}

  // The TLS handshake; done at once on a plain socket.
  Io handshake(Deadline deadline);
  // Waits until there is something to read. What is readable goes before `wake`.
  Io wait_readable(int wake, Deadline deadline);
  // Reads at least one byte and at most `size`.
  Io read(char* target, std::size_t size, std::size_t& count, Deadline deadline);
  Io write(std::string_view bytes, Deadline deadline);
  // Says that nothing more will be written, then reads and drops what still comes, until the peer closes:
  // with bytes unread, a close would take back from the peer what was just written. Bounded by deadline and
  // `limit`.
  void finish(std::size_t limit, Deadline deadline);

 private:
  Io wait(short events, Deadline deadline) const;
  template <typename Call>
  Io tls(Deadline deadline, Call call);

  int socket_;
  Ssl ssl_;
};

}  // namespace connected_registry::server
