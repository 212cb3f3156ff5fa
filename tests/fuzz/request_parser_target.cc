// What a client of the webhook's server sends before anything is believed of it.
#include "http/request_parser.h"
#include "target.h"

namespace connected_registry::fuzz {

void run(std::string_view input) {
  const auto length = http::head_length(input);
  if (!length) {
    require(http::serialize_error(length.error()).ends_with('\n'), "a refusal says why");
    return;
  }
  if (!*length) return;
  require(**length <= http::kMaxHead && input.substr(0, **length).ends_with("\r\n\r\n"), "a head has an end");
  // As it comes in two parts, of which the first holds no end.
  require(http::head_length(input, **length - 1).value() == **length, "the same end, however it comes");
  for (const http::RequestLimits& limits : {http::kPostJson, http::kGetOrHead}) {
    const auto head = http::parse_head(input.substr(0, **length), limits);
    if (!head) {
      require(head.error().status >= 400 && !head.error().message.empty(), "a refusal says why");
      continue;
    }
    require(head->body_length <= limits.max_body, "a body that comes in is bounded");
    require(head->target.starts_with('/'), "a target that comes in is a path");
    const auto timeout = http::client_timeout(head->target);
    require(!timeout || (timeout->count() >= 0 && *timeout <= std::chrono::hours(24)), "a time is a time");
  }
}

}  // namespace connected_registry::fuzz
