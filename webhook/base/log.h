// Structured logs, one line an event: time level message key=value … on standard error.
//
//   log::info("trust written", {{"node", node}, {"address", address}});
//
// Values are quoted where needed and control characters are escaped, so that no value from outside can forge
// a line. Thread-safe. A secret is never passed to a log function: there is no redaction to lean on.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace connected_registry::log {

struct Field {
  std::string_view key;
  std::string value;

  Field(std::string_view name, std::string_view text) : key(name), value(text) {}
  Field(std::string_view name, const char* text) : key(name), value(text) {}
  Field(std::string_view name, std::string&& text) : key(name), value(std::move(text)) {}
  Field(std::string_view name, const std::string& text) : key(name), value(text) {}
  Field(std::string_view name, bool truth) : key(name), value(truth ? "true" : "false") {}
  // A template, so that no width of integer is ambiguous.
  template <std::integral Number>
  Field(std::string_view name, Number number) : key(name), value(std::to_string(number)) {}
  Field(std::string_view name, const Error& error) : key(name), value(error.message) {}
};
using Fields = std::initializer_list<Field>;

// Level is one of debug, info, warning, error (anything else is an error that lists them).
Status set_level(std::string_view level);

void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warning(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

// The text after time and level; what the functions above write. For tests and for messages elsewhere.
std::string format_event(std::string_view message, Fields fields);

}  // namespace connected_registry::log
