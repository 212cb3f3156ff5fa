#include "contract/uninstall_mark.h"

#include <gtest/gtest.h>

#include <string>

namespace connected_registry::contract {
namespace {

using std::chrono::minutes;

const TimePoint kNow = *parse_time("2026-01-31T12:00:00Z");

bool is_marked(const std::string& annotations, TimePoint now = kNow) {
  const auto object = json::parse(R"({"metadata":{"annotations":)" + annotations + "}}");
  return is_uninstalling(*object, now);
}

const std::string kAnnotation = R"({"connected-registry.io/uninstalling":"2026-01-31T12:00:00Z"})";

TEST(Uninstalling, counts_for_ten_minutes) {
  EXPECT_TRUE(is_marked(kAnnotation, kNow));
  EXPECT_TRUE(is_marked(kAnnotation, kNow + minutes(9)));
  EXPECT_FALSE(is_marked(kAnnotation, kNow + minutes(10)));
}

TEST(Uninstalling, allows_for_clocks_that_differ) {
  EXPECT_TRUE(is_marked(kAnnotation, kNow - minutes(9)));
  EXPECT_FALSE(is_marked(kAnnotation, kNow - minutes(11)));
}

TEST(Uninstalling, needs_a_time_that_can_be_read) {
  EXPECT_FALSE(is_marked("{}"));
  EXPECT_FALSE(is_marked("null"));
  EXPECT_FALSE(is_marked(R"({"connected-registry.io/uninstalling":""})"));
  EXPECT_FALSE(is_marked(R"({"connected-registry.io/uninstalling":"true"})"));
  EXPECT_FALSE(is_uninstalling(*json::parse("{}"), kNow));
}

}  // namespace
}  // namespace connected_registry::contract
