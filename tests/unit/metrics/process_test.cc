#include "metrics/process.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace connected_registry::metrics {
namespace {

TEST(ParseProcessStat, reads_what_the_kernel_writes) {
  const auto stat = parse_process_stat(
      "42 (a name) of) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 9 0 12345 104857600 2560 "
      "18446744073709551615\n");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->user_ticks, 250U);
  EXPECT_EQ(stat->system_ticks, 50U);
  EXPECT_EQ(stat->threads, 9U);
  EXPECT_EQ(stat->start_ticks, 12345U);
  EXPECT_EQ(stat->virtual_bytes, 104857600U);
  EXPECT_EQ(stat->resident_pages, 2560U);
}

TEST(ParseProcessStat, refuses_what_the_kernel_does_not_write) {
  for (const char* text : {"", "42", "42 (name", "42 (name) S 1 2 3"}) EXPECT_FALSE(parse_process_stat(text));
}

TEST(ProcessValues, say_when_the_process_began) {
  const auto values = process_values();
  const auto found = std::find_if(values.begin(), values.end(), [](const ProcessValue& value) {
    return std::string_view(value.name) == "process_start_time_seconds";
  });
  ASSERT_NE(found, values.end());
  const auto now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_NEAR(found->value, now, 600);
}

}  // namespace
}  // namespace connected_registry::metrics
