#include "base/strings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connected_registry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Strings, split_keeps_empty_parts) {
  EXPECT_THAT(split("a,,b", ','), ElementsAre("a", "", "b"));
  EXPECT_THAT(split("", ','), ElementsAre(""));
  EXPECT_THAT(split(",", ','), ElementsAre("", ""));
}

TEST(Strings, split_fields_drops_all_white_space) {
  EXPECT_THAT(split_fields(" a\t b\r\n"), ElementsAre("a", "b"));
  EXPECT_THAT(split_fields(" \v\f"), IsEmpty());
}

TEST(Strings, join_separates_empty_parts_too) {
  EXPECT_EQ(join({"a", "", "b"}), "a, , b");
  EXPECT_EQ(join({"", "b"}, "-"), "-b");
  EXPECT_EQ(join({}), "");
}

TEST(Strings, trim_and_lower_leave_the_rest_alone) {
  EXPECT_EQ(trim(" \ta b\n"), "a b");
  EXPECT_EQ(trim(" "), "");
  EXPECT_EQ(lower("AzÉ[9"), "azÉ[9");
  EXPECT_TRUE(equals_ignoring_case("Host", "hOST"));
  EXPECT_FALSE(equals_ignoring_case("Host", "Hosts"));
}

TEST(Strings, characters_are_ascii) {
  EXPECT_TRUE(is_digit('0') && is_digit('9') && !is_digit('/') && !is_digit(':'));
  EXPECT_TRUE(is_alphanumeric('z') && is_alphanumeric('Z') && !is_alphanumeric('_') &&
              !is_alphanumeric('\xE9'));
  EXPECT_FALSE(all_of("", is_digit));
  EXPECT_FALSE(all_of("1a", is_digit));
  EXPECT_TRUE(all_of("12", is_digit));
}

}  // namespace
}  // namespace connected_registry
