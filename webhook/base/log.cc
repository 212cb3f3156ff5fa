#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <utility>

#include "base/json_writer.h"
#include "base/utf8.h"

namespace connected_registry::log {
namespace {

constexpr std::array<std::pair<std::string_view, Level>, 4> kLevels{{
    {"debug", Level::kDebug},
    {"info", Level::kInfo},
    {"warning", Level::kWarning},
    {"error", Level::kError},
}};

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      break;
  }
  return spdlog::level::err;
}

struct Settings {
  std::atomic<Format> format = Format::kText;
  std::string component;  // written before other threads log
};

// Created at first use and never destroyed, as the logger below.
Settings& settings() {
  static auto* const instance = new Settings;
  return *instance;
}

thread_local std::string_view component_of_thread;

// Created at first use and never destroyed: threads may log until the process is gone.
spdlog::logger& logger() {
  static spdlog::logger* const instance = [] {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto* created = new spdlog::logger("connected-registry", std::move(sink));
    created->set_pattern("%v");
    created->flush_on(spdlog::level::trace);
    return created;
  }();
  return *instance;
}

std::string as_utf8(std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  std::string out;
  while (!text.empty()) {
    const std::size_t valid = utf8::valid_length(text);
    out.append(text.substr(0, valid));
    text.remove_prefix(valid);
    if (text.empty()) break;
    out.append(kReplacement);
    text.remove_prefix(1);
  }
  return out;
}

bool needs_quotes(std::string_view text) {
  if (text.empty()) return true;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte <= ' ' || byte == '"' || byte == '=' || byte == '\\' || byte == 0x7f) return true;
  }
  return false;
}

// Appends a value of logfmt. Escapes are those of JSON, as the usual readers of logfmt expect them.
void append_value(std::string& out, std::string_view text) {
  if (!needs_quotes(text)) {
    out += text;
    return;
  }
  out += '"';
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      out.append({'\\', character});
    } else if (character == '\n') {
      out += "\\n";
    } else if (byte < ' ' || byte == 0x7f) {
      std::array<char, 7> escape{};
      static_cast<void>(std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(byte)));
      out += escape.data();
    } else {
      out += character;
    }
  }
  out += '"';
}

// RFC 3339 with milliseconds.
std::string format_milliseconds(TimePoint time) {
  std::string text = format_micro_time(time);
  text.erase(text.size() - 4, 3);
  return text;
}

std::string_view name_of(Level level) {
  return kLevels.at(static_cast<std::size_t>(level)).first;
}

std::string to_text(const Event& event, Fields fields) {
  std::string out = "time=" + format_milliseconds(event.time);
  const auto append = [&out](std::string_view key, std::string_view value) {
    out.append(" ").append(key).append("=");
    append_value(out, as_utf8(value));
  };
  append("level", name_of(event.level));
  if (!event.component.empty()) append("component", event.component);
  append("msg", event.message);
  for (const Field& field : fields) append(field.key, field.value);
  return out;
}

std::string to_json(const Event& event, Fields fields) {
  json::TextWriter out;
  out.begin_object();
  out.member("time", format_milliseconds(event.time));
  out.member("level", name_of(event.level));
  if (!event.component.empty()) out.member("component", event.component);
  out.member("msg", as_utf8(event.message));
  for (const Field& field : fields) {
    if (!field.is_literal) {
      out.member(field.key, as_utf8(field.value));
      continue;
    }
    out.key(field.key);
    out.raw(field.value);
  }
  out.end_object();
  return out.text();
}

void write(Level level, std::string_view message, Fields fields) {
  if (!logger().should_log(level_of(level))) return;
  const Event event{.time = system_now(),
                    .level = level,
                    .component = component_of_thread.empty() ? settings().component : component_of_thread,
                    .message = message};
  const std::string line = to_line(event, fields, settings().format.load());
  logger().log(level_of(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

Status set_level(std::string_view level) {
  for (const auto& [name, value] : kLevels) {
    if (name != level) continue;
    logger().set_level(level_of(value));
    return {};
  }
  return fail(ErrorCode::kInvalidArgument,
              "unknown log level '" + std::string(level) + "': use debug, info, warning or error");
}

Status set_format(std::string_view format) {
  if (format != "text" && format != "json") {
    return fail(ErrorCode::kInvalidArgument,
                "unknown log format '" + std::string(format) + "': use text or json");
  }
  settings().format = format == "json" ? Format::kJson : Format::kText;
  return {};
}

void set_component(std::string_view component) {
  settings().component = component;
}

ComponentScope::ComponentScope(std::string_view component)
    : outer_(std::exchange(component_of_thread, component)) {}

ComponentScope::~ComponentScope() {
  component_of_thread = outer_;
}

std::string to_line(const Event& event, Fields fields, Format format) {
  return format == Format::kJson ? to_json(event, fields) : to_text(event, fields);
}

void debug(std::string_view message, Fields fields) {
  write(Level::kDebug, message, fields);
}
void info(std::string_view message, Fields fields) {
  write(Level::kInfo, message, fields);
}
void warning(std::string_view message, Fields fields) {
  write(Level::kWarning, message, fields);
}
void error(std::string_view message, Fields fields) {
  write(Level::kError, message, fields);
}

}  // namespace connected_registry::log
