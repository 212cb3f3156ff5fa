#include "kube/watch_stream.h"

#include <array>
#include <optional>
#include <utility>

#include "kube/api_error.h"

namespace connected_registry::kube {
namespace {

// etcd stores no object above 1.5 MiB; managed fields, and the same in another version, may come on top.
constexpr std::size_t kLineLimit = std::size_t{8} << 20;

std::optional<WatchEventType> type_of(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, WatchEventType>, 4> kTypes{{
      {"ADDED", WatchEventType::kAdded},
      {"MODIFIED", WatchEventType::kModified},
      {"DELETED", WatchEventType::kDeleted},
      {"BOOKMARK", WatchEventType::kBookmark},
  }};
  for (const auto& [name, type] : kTypes) {
    if (name == text) return type;
  }
  return std::nullopt;
}

}  // namespace

bool WatchStream::end(ApiError error) {
  ended_ = true;
  result_ = tl::unexpected(std::move(error));
  return false;
}

bool WatchStream::receive(std::string_view piece) {
  while (!ended_) {
    const std::size_t line_end = piece.find('\n');
    const bool whole = line_end != std::string_view::npos;
    const std::string_view part = piece.substr(0, line_end);
    if (partial_.size() + part.size() > kLineLimit) {
      return end(
          Error{ErrorCode::kInternal, "an event is longer than " + std::to_string(kLineLimit) + " bytes"});
    }
    if (!whole) {
      partial_ += part;
      return true;
    }
    piece.remove_prefix(line_end + 1);
    if (partial_.empty()) {
      handle_line(part);
    } else {
      partial_ += part;
      handle_line(std::exchange(partial_, {}));
    }
  }
  return false;
}

bool WatchStream::handle_line(std::string_view line) {
  if (line.empty()) return true;
  auto event = json::parse(line);
  if (!event) return end(Error{ErrorCode::kInternal, "an event is " + event.error().message});
  const std::string_view type_text = json::string_at(*event, {"type"});
  const json::Value* const object = json::find(*event, {"object"});
  if (object == nullptr || !object->IsObject()) {
    return end(Error{ErrorCode::kInternal, "an event has no object"});
  }
  if (type_text == "ERROR") return end(error_of_status(*object));
  const auto type = type_of(type_text);
  if (!type) return end(Error{ErrorCode::kInternal, "an event has an unknown type"});
  if (!handler_(*type, *object)) ended_ = true;
  return !ended_;
}

ApiStatus WatchStream::finish() const {
  if (!ended_ && !partial_.empty()) {
    return fail(ErrorCode::kUnavailable, "the watch ended within an event");
  }
  return result_;
}

}  // namespace connected_registry::kube
