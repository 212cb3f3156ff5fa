// The parser of a watch's stream: JSON objects, one a line. Internal to this module.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "kube/client.h"

namespace connected_registry::kube {

// Parses the stream in pieces as they arrive, whole lines or not, and passes each event to the handler.
class WatchStream {
 public:
  // The handler must outlive the stream.
  explicit WatchStream(const WatchHandler& handler) : handler_(handler) {}

  // Returns false once the watch is over, because the handler said so or because of an error.
  bool receive(std::string_view piece);

  // Returns the watch's result, once nothing more comes. A stream that ends within a line is an error.
  ApiStatus finish() const;

 private:
  bool handle_line(std::string_view line);
  bool end(ApiError error);

  const WatchHandler& handler_;
  std::string partial_;  // the line that is not whole yet
  bool ended_ = false;
  ApiStatus result_;
};

}  // namespace connected_registry::kube
