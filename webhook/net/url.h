// Builders of a request's target: path and query (RFC 3986).
#pragma once

#include <string>
#include <string_view>

namespace connected_registry::net {

// Returns the text with every byte but RFC 3986's unreserved characters as %XX, for a path segment or a query
// value.
std::string percent_encode(std::string_view text);

// A query, "?name=value&…".
class Query {
 public:
  // Appends a parameter. One with an empty value is left out: for the API it means the same.
  Query& add(std::string_view name, std::string_view value);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace connected_registry::net
