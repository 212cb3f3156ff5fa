// Stores the writes of this controller that its watch has not delivered yet, like the expectations of
// client-go's controllers. Because of them, the controller does not write the same content twice, and makes
// no decision from a state that is older than its own write.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "base/timestamp.h"

namespace connected_registry::controller {

// Not thread-safe: use it from one thread.
class Expectations {
 public:
  enum class Pending {
    kNone,   // no write is pending: write now
    kSame,   // this content was written and is not delivered yet
    kOther,  // other content was written and is not delivered yet: decide again after its delivery
  };

  // Compares `content` with the pending write of `subject`. `revision` is CachedObject::revision of the
  // observed state. A pending write expires after ten seconds, because the watch never delivers a write that
  // changed nothing.
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
