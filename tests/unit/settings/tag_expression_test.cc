#include "settings/tag_expression.h"

#include <gtest/gtest.h>

#include <string>

namespace connected_registry::settings {
namespace {

TEST(TagExpression, is_what_go_compiles) {
  for (const char* text : {"", "v?[0-9]+(\\.[0-9]+)*", "(?i)rc", "(?P<major>\\d+)", "a|b", "a)|(b", "*",
                           "a\\", "\\Qa(", "[[:alpha:]]", "\\pL", "a{1000}", "\xC3\xA9"}) {
    EXPECT_EQ(is_tag_expression(text), std::string_view(text) != "a)|(b") << text;
  }
}

TEST(TagExpression, is_nothing_that_only_other_engines_take) {
  for (const char* text : {"(", ")", "[", "[z-a]", "a**", "(?=a)", "(?!a)", "(a)\\1", "a{1001}",
                           "(a{1000}){1000}", "\\y", "(?x)a", "a++", "\xFF"}) {
    EXPECT_FALSE(is_tag_expression(text)) << text;
  }
}

TEST(TagExpression, is_read_without_recursion) {
  EXPECT_FALSE(is_tag_expression(std::string(std::size_t{1} << 20U, '(')));
}

}  // namespace
}  // namespace connected_registry::settings
