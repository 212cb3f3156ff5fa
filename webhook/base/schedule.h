// Schedules: five fields of cron in UTC, or an interval.
#pragma once

#include <bitset>
#include <chrono>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/timestamp.h"

namespace connected_registry {

// A value type: copied freely, read by any thread. It has the meaning that Kubernetes' CronJobs and regsync
// give a schedule (github.com/robfig/cron), and takes 7 for Sunday as well, as crontab(5) does.
class Schedule {
 public:
  // Reads "MINUTE HOUR DAY MONTH WEEKDAY" with *, ?, lists, ranges, steps and the English three-letter names,
  // white space between and around them; "@hourly" and its kin; "@every 10m". The error says which part is
  // wrong and what it may hold.
  static Result<Schedule> parse(std::string_view text);

  // Returns the first time after `after` at which it is due, or nullopt if there is none (30 February). Where
  // both day and weekday are restricted, either of them is enough. A step restricts ("*/2"), "*" does not.
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
