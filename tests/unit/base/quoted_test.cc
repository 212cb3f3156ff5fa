#include "base/quoted.h"

#include <gtest/gtest.h>

namespace connected_registry {
namespace {

TEST(Quoted, is_one_line_of_what_can_be_seen) {
  EXPECT_EQ(quoted("registry.example"), R"("registry.example")");
  EXPECT_EQ(quoted("“é”"), "\"“é”\"");
  EXPECT_EQ(quoted("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(quoted("\a\b\t\n\v\f\r"), R"("\a\b\t\n\v\f\r")");
  EXPECT_EQ(quoted(std::string_view("\0\x1b\x7f", 3)), R"("\x00\x1b\x7f")");
  EXPECT_EQ(quoted("\xEF\xBB\xBF"
                   "10.0.0.1"),
            R"("\ufeff10.0.0.1")");
  EXPECT_EQ(quoted("a\xC2\xA0"
                   "b\xE2\x80\x8B"
                   "c"),
            R"("a\u00a0b\u200bc")");
  EXPECT_EQ(quoted("\xFF\xC3"), R"("\xff\xc3")");
}

}  // namespace
}  // namespace connected_registry
