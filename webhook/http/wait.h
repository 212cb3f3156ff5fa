// The event that a connection waits for, and its deadline.
#pragma once

#include <chrono>

namespace connected_registry::http {

using Deadline = std::chrono::steady_clock::time_point;

// The part of a connection's life that it waits in.
enum class Stage {
  kHandshake,
  kIdle,    // before the first byte of a request
  kFirst,   // the same while the server closes, on a connection that has had no request yet
  kHead,    // in the middle of a request's head
  kBody,    // in the middle of a request's body
  kWrite,   // in the middle of a response
  kLinger,  // after the last response, until the client closes
};

struct Wait {
  enum class Event {
    kReadable,
    kWritable,
    kNow,   // nothing: other connections go first
    kGone,  // the connection is over
  };
  Event event = Event::kGone;
  Stage stage = Stage::kLinger;
  Deadline deadline = {};   // Connection::expire() is due then
  bool takes_long = false;  // a handshake or a large request follows
};

}  // namespace connected_registry::http
