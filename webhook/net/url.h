// The target of a request: paths and queries (RFC 3986). Internal to this module.
#pragma once

#include <string>
#include <string_view>

namespace connected_registry::net {

// Every byte but RFC 3986's unreserved characters as %XX: right for a path segment and for a query value.
std::string percent_encode(std::string_view text);

// Collects "?name=value&…".
class Query {
 public:
  // A parameter with an empty value is left out: for the API it means the same.
  Query& add(std::string_view name, std::string_view value);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace connected_registry::net
