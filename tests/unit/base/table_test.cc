#include "base/table.h"

#include <gtest/gtest.h>

namespace connected_registry {
namespace {

TEST(ToTable, aligns_all_columns_but_the_last) {
  EXPECT_EQ(to_table({{"A", "LONG", "TEXT"}, {"abc", "d", "e"}, {"", "", "f g"}}),
            "A    LONG  TEXT\n"
            "abc  d     e\n"
            "           f g\n");
  EXPECT_EQ(to_table({}), "");
}

TEST(Age, takes_the_unit_that_is_read_easily) {
  const TimePoint now = *parse_time("2026-01-31T12:00:00Z");
  const auto ago = [now](std::chrono::seconds seconds) { return age(now - seconds, now); };
  EXPECT_EQ(age(std::nullopt, now), "never");
  EXPECT_EQ(ago(std::chrono::seconds(-5)), "0s ago") << "a clock that is ahead";
  EXPECT_EQ(ago(std::chrono::seconds(119)), "119s ago");
  EXPECT_EQ(ago(std::chrono::seconds(120)), "2m ago");
  EXPECT_EQ(ago(std::chrono::hours(2)), "2h ago");
  EXPECT_EQ(ago(std::chrono::hours(48)), "2d ago");
}

}  // namespace
}  // namespace connected_registry
