// What was written so lately that the watch has not brought it yet: so that nothing is written twice, and
// nothing is decided from a state that our own write has made old.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "base/timestamp.h"

namespace connected_registry::controller {

// For one thread.
class Expectations {
 public:
  enum class Seen {
    kNothing,  // go on and write
    kSame,     // this was just written
    kOther,    // something else was: decide anew when the watch has brought it
  };

  // `revision` is CachedObject::revision of the state from which the write was decided. A write that the
  // watch never brings, since it changed nothing, counts for ten seconds.
  Seen look(const std::string& subject, std::uint64_t revision, const std::string& content,
            TimePoint now) const {
    constexpr std::chrono::seconds kPatience{10};
    const auto found = writes_.find(subject);
    if (found == writes_.end() || found->second.revision != revision) return Seen::kNothing;
    if (now - found->second.time >= kPatience) return Seen::kNothing;
    return found->second.content == content ? Seen::kSame : Seen::kOther;
  }

  void remember(const std::string& subject, std::uint64_t revision, std::string content, TimePoint now) {
    writes_[subject] = {.revision = revision, .content = std::move(content), .time = now};
  }

 private:
  struct Write {
    std::uint64_t revision = 0;
    std::string content;
    TimePoint time;
  };
  std::map<std::string, Write> writes_;
};

}  // namespace connected_registry::controller
