// Structured logs on standard error. Each event is one line in logfmt or JSON.
//
//   log::info("trust written", {{"node", node}});
//   time=2026-01-31T12:00:00.000Z level=info component=trust-agent msg="trust written" node=a
//
// Texts are quoted if necessary and control characters are escaped, so that a value from outside cannot forge
// a line. Thread-safe. Never pass a secret to a log function, because nothing removes it.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/timestamp.h"

namespace connected_registry::log {

enum class Level { kDebug, kInfo, kWarning, kError };
enum class Format { kText, kJson };

struct Field {
  std::string_view key;
  std::string value;
  bool is_literal = false;  // a number or a bool; JSON writes it without quotes

  Field(std::string_view name, std::string_view text) : key(name), value(text) {}
  Field(std::string_view name, const char* text) : key(name), value(text) {}
  Field(std::string_view name, std::string&& text) : key(name), value(std::move(text)) {}
  Field(std::string_view name, const std::string& text) : key(name), value(text) {}
  Field(std::string_view name, bool truth) : key(name), value(truth ? "true" : "false"), is_literal(true) {}
  // A template, so that the call is not ambiguous for any integer type.
  template <std::integral Number>
  Field(std::string_view name, Number number) : key(name), value(std::to_string(number)), is_literal(true) {}
  Field(std::string_view name, const Error& error) : key(name), value(error.message) {}
};
using Fields = std::initializer_list<Field>;

// Sets the minimum level of the lines that are written: debug, info, warning or error. If the level is
// unknown, the returned error lists the allowed levels.
Status set_level(std::string_view level);

// Sets the format of the lines: "text" (logfmt, the default) or "json". If the format is unknown, the
// returned error lists the allowed formats.
Status set_format(std::string_view format);

// Sets the component of all lines: the name of the running command. Call it before other threads log.
void set_component(std::string_view component);

// Sets the component of the lines that this thread writes during the lifetime of the object. Scopes can be
// nested.
class ComponentScope {
 public:
  // Stores the view: its text must outlive the object.
  explicit ComponentScope(std::string_view component);
  ComponentScope(const ComponentScope&) = delete;
  ComponentScope& operator=(const ComponentScope&) = delete;
  ComponentScope(ComponentScope&&) = delete;
  ComponentScope& operator=(ComponentScope&&) = delete;
  ~ComponentScope();

 private:
  std::string_view outer_;
};

void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warning(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

struct Event {
  TimePoint time = {};
  Level level = Level::kInfo;
  std::string_view component = {};  // empty: the line has no component
  std::string_view message = {};
};

// Returns the line that the functions above write, without its line end. Bytes that are not UTF-8 become
// U+FFFD.
std::string to_line(const Event& event, Fields fields, Format format);

}  // namespace connected_registry::log
