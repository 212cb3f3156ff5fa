// When something is due: five fields of cron, in UTC, or an interval.
#pragma once

#include <bitset>
#include <chrono>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/timestamp.h"

namespace connected_registry {

// "90s", "1h30m": whole numbers with s, m or h behind each. nullopt for anything else, and above ten years.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

// A value type: copied freely, read by any thread.
class Schedule {
 public:
  // "MINUTE HOUR DAY MONTH WEEKDAY" with *, ?, lists, ranges, steps and the English three-letter names;
  // "@hourly" and its kin; "@every 10m". The error says which field is wrong and what it may hold.
  static Result<Schedule> parse(std::string_view text);

  // The first time after `after` at which it is due; nullopt where there is none (30 February). As in cron, a
  // day is right if either of day and weekday is, once both are given.
  std::optional<TimePoint> next(TimePoint after) const;

 private:
  bool matches_day(std::chrono::sys_days day) const;

  std::optional<std::chrono::seconds> interval_;  // with it, the fields mean nothing
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<7> weekdays_;  // 0 is Sunday
  bool any_day_ = false;
  bool any_weekday_ = false;
};

}  // namespace connected_registry
