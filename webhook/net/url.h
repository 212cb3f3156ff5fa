// Functions that build the target of a request: path and query (RFC 3986).
#pragma once

#include <string>
#include <string_view>

namespace connected_registry::net {

// Returns the text for use as a path segment or a query value. Every byte except RFC 3986's unreserved
// characters becomes %XX.
std::string percent_encode(std::string_view text);

// A builder of a query: "?name=value&…".
class Query {
 public:
  // Appends a parameter. A parameter with an empty value is left out, because the API treats it like a
  // missing parameter.
  Query& add(std::string_view name, std::string_view value);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace connected_registry::net
