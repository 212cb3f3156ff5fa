// The stream of a watch: JSON objects, one a line. Internal to this module.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "kube/client.h"

namespace connected_registry::kube {

// Takes the stream in pieces as they come, whole lines or not, and hands each event to the handler.
class WatchStream {
 public:
  // The handler must outlive the stream.
  explicit WatchStream(const WatchHandler& handler) : handler_(handler) {}

  // False: the watch is over, because the handler said so or because of an error.
  bool receive(std::string_view piece);

  // What became of the watch, once nothing more comes. A stream that ends within a line is an error.
  Status finish() const;

 private:
  bool handle_line(std::string_view line);
  bool end(Error error);

  const WatchHandler& handler_;
  std::string partial_;  // of a line that is not whole yet
  bool ended_ = false;
  Status outcome_;
};

}  // namespace connected_registry::kube
