// The event that a connection waits for, and its deadline.
#pragma once

#include <chrono>

namespace connected_registry::http {

using Deadline = std::chrono::steady_clock::time_point;

// The part of a connection's life.
enum class Stage {
  kHandshake,
  kIdle,    // before the first byte of a request
  kFirst,   // before the first request of the connection, while the server closes
  kHead,    // in the middle of a request's head
  kBody,    // in the middle of a request's body
  kWrite,   // in the middle of a response
  kLinger,  // after the last response, until the client closes
};

struct Wait {
  enum class Event {
    kReadable,
    kWritable,
    kNow,   // no event: continue after other connections
    kGone,  // the connection has ended
  };
  Event event = Event::kGone;
  Stage stage = Stage::kLinger;
  Deadline deadline = {};   // time for Connection::expire()
  bool takes_long = false;  // true: a handshake or a large request follows
};

}  // namespace connected_registry::http
