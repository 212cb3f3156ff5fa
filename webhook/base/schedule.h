// Schedules: five cron fields in UTC, or an interval.
#pragma once

#include <bitset>
#include <chrono>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/timestamp.h"

namespace connected_registry {

// A value type: it can be copied freely and read from several threads. A schedule has the same meaning as in
// Kubernetes' CronJobs and in regsync, which both use the library github.com/robfig/cron. In addition, 7
// means Sunday, as in crontab(5).
class Schedule {
 public:
  // Reads "MINUTE HOUR DAY MONTH WEEKDAY", a name such as "@hourly", or "@every 10m". The five fields may
  // have *, ?, lists, ranges, steps and the English three-letter names of months and weekdays, with white
  // space between and around them. The error names the wrong part and the values that it may have.
  static Result<Schedule> parse(std::string_view text);

  // Returns the first due time after `after`, or nullopt if the schedule is never due (30 February). If both
  // day and weekday are restricted, a day that matches one of them is enough. A step ("*/2") is a
  // restriction, "*" is not.
  std::optional<TimePoint> next(TimePoint after) const;

 private:
  bool matches_day(std::chrono::sys_days day) const;

  std::optional<std::chrono::seconds> interval_;  // if set, the members below are not used
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<7> weekdays_;  // 0 is Sunday
  bool any_day_ = false;
  bool any_weekday_ = false;
};

}  // namespace connected_registry
