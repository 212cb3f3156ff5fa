// Remembers our own writes that the watch has not delivered yet (the expectations of client-go's
// controllers): nothing is written twice, and nothing is decided from a state that our own write has made
// old.
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
  enum class Pending {
    kNone,   // go on and write
    kSame,   // this content was just written
    kOther,  // other content was just written: decide again when the watch has delivered it
  };

  // `revision` is CachedObject::revision of the state from which the write was decided. A write that the
  // watch never delivers, since it changed nothing, expires after ten seconds.
  Pending pending(const std::string& subject, std::uint64_t revision, const std::string& content,
                  TimePoint now) const {
    constexpr std::chrono::seconds kTimeout{10};
    const auto found = writes_.find(subject);
    if (found == writes_.end() || found->second.revision != revision) return Pending::kNone;
    if (now - found->second.time >= kTimeout) return Pending::kNone;
    return found->second.content == content ? Pending::kSame : Pending::kOther;
  }

  void expect(const std::string& subject, std::uint64_t revision, std::string content, TimePoint now) {
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
