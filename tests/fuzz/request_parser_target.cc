// The first bytes that a client sends to the webhook's server.
#include "http/request_parser.h"
#include "target.h"

namespace connected_registry::fuzz {

void run(std::string_view input) {
  const auto length = http::head_length(input);
  if (!length) {
    require(http::serialize_error(length.error()).ends_with('\n'), "an error has a reason");
    return;
  }
  if (!*length) return;
  require(**length <= http::kMaxHead && input.substr(0, **length).ends_with("\r\n\r\n"), "a head has an end");
  // Then in two parts, the first without the end.
  require(http::head_length(input, **length - 1).value() == **length, "the end does not depend on the parts");
  for (const http::RequestLimits& limits : {http::kPostJson, http::kGetOrHead}) {
    const auto head = http::parse_head(input.substr(0, **length), limits);
    if (!head) {
      require(head.error().status >= 400 && !head.error().message.empty(), "an error has a reason");
      continue;
    }
    require(head->body_length <= limits.max_body, "an accepted body is bounded");
    require(head->target.starts_with('/'), "an accepted target is a path");
    const auto timeout = http::client_timeout(head->target);
    require(!timeout || (timeout->count() >= 0 && *timeout <= std::chrono::hours(24)),
            "a timeout is bounded");
  }
}

}  // namespace connected_registry::fuzz
