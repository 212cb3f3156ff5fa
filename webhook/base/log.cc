#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cstdio>
#include <memory>
#include <utility>

namespace connected_registry::log {
namespace {

// Created at first use and never destroyed: threads may log until the process is gone.
spdlog::logger& logger() {
  static spdlog::logger* const instance = [] {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto* created = new spdlog::logger("connected-registry", std::move(sink));
    created->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    created->flush_on(spdlog::level::trace);
    return created;
  }();
  return *instance;
}

bool needs_quotes(std::string_view text) {
  if (text.empty()) return true;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte <= ' ' || byte == '"' || byte == '=' || byte == '\\' || byte == 0x7f) return true;
  }
  return false;
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      out += '\\';
      out += character;
    } else if (character == '\n') {
      out += "\\n";
    } else if (byte < ' ' || byte == 0x7f) {
      std::array<char, 5> escape{};
      static_cast<void>(std::snprintf(escape.data(), escape.size(), "\\x%02x", static_cast<unsigned>(byte)));
      out += escape.data();
    } else {
      out += character;
    }
  }
}

void write(spdlog::level::level_enum level, std::string_view message, Fields fields) {
  if (!logger().should_log(level)) return;
  const std::string text = format_event(message, fields);
  logger().log(level, spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace

Status set_level(std::string_view level) {
  constexpr std::array<std::pair<std::string_view, spdlog::level::level_enum>, 4> kLevels{{
      {"debug", spdlog::level::debug},
      {"info", spdlog::level::info},
      {"warning", spdlog::level::warn},
      {"error", spdlog::level::err},
  }};
  for (const auto& [name, value] : kLevels) {
    if (name == level) {
      logger().set_level(value);
      return {};
    }
  }
  return fail(ErrorCode::kInvalidArgument,
              "unknown log level '" + std::string(level) + "': use debug, info, warning or error");
}

std::string format_event(std::string_view message, Fields fields) {
  std::string out;
  append_escaped(out, message);
  for (const Field& field : fields) {
    out += ' ';
    out += field.key;
    out += '=';
    if (needs_quotes(field.value)) {
      out += '"';
      append_escaped(out, field.value);
      out += '"';
    } else {
      out += field.value;
    }
  }
  return out;
}

void debug(std::string_view message, Fields fields) {
  write(spdlog::level::debug, message, fields);
}
void info(std::string_view message, Fields fields) {
  write(spdlog::level::info, message, fields);
}
void warning(std::string_view message, Fields fields) {
  write(spdlog::level::warn, message, fields);
}
void error(std::string_view message, Fields fields) {
  write(spdlog::level::err, message, fields);
}

}  // namespace connected_registry::log
