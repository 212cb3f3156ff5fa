// The parser of a watch's stream: one JSON object per line. Internal to this module.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "kube/client.h"

namespace connected_registry::kube {

// Parses the stream in pieces of any length and passes each event to the handler.
class WatchStream {
 public:
  // The handler must outlive the stream.
  explicit WatchStream(const WatchHandler& handler) : handler_(handler) {}

  // Parses the next piece. Returns false after the end of the watch, which the handler or an error has
  // caused.
  bool receive(std::string_view piece);

  // Returns the result of the watch. Call it after the last piece. It is an error if the stream ends within a
  // line.
  ApiStatus finish() const;

 private:
  bool handle_line(std::string_view line);
  bool end(ApiError error);

  const WatchHandler& handler_;
  std::string partial_;  // the part of the current line that was received
  bool ended_ = false;
  ApiStatus result_;
};

}  // namespace connected_registry::kube
