#include "values/source_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace connected_registry::values {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;

std::string problem(std::string_view text) {
  const auto found = find_problem(text);
  if (!found) return "";
  return std::to_string(found->line) + ":" + std::to_string(found->column) + ": " + found->message;
}

TEST(SourceText, takes_text_of_utf8) {
  EXPECT_EQ(problem(""), "");
  EXPECT_EQ(problem("a: “é” 😀\r\n\tb\n"), "");
  EXPECT_EQ(problem("\xEF\xBB\xBF"
                    "a: 1"),
            "");
}

TEST(SourceText, says_where_a_byte_is_no_text) {
  for (const char* bad : {"\xFF", "\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x80", "\x80"}) {
    EXPECT_THAT(problem("a: 1\nb: "s + bad), HasSubstr("2:4: a byte here is not UTF-8")) << bad;
  }
  EXPECT_THAT(problem("a\0b"s), HasSubstr("1:2: a NUL"));
  EXPECT_THAT(problem("a\x1b[1m"), HasSubstr("1:2: a control character"));
  EXPECT_THAT(problem("a\xEF\xBB\xBF"), HasSubstr("1:2: a byte order mark"));
  EXPECT_THAT(problem("a\n b\xE2\x80\xA8"), HasSubstr("2:3: a line separator"));
  EXPECT_THAT(problem("\xFF\xFE"
                      "a"),
              HasSubstr("UTF-16"));
}

TEST(SourceText, is_not_longer_than_4_mib) {
  EXPECT_EQ(problem(std::string(kMaxBytes, 'a')), "");
  EXPECT_THAT(problem(std::string(kMaxBytes + 1, 'a')), HasSubstr("larger than 4 MiB"));
}

TEST(SourceText, has_lines_that_end_in_one_way) {
  EXPECT_EQ(normalized("\xEF\xBB\xBF"
                       "a\r\nb\rc\n"),
            "a\nb\nc\n");
  EXPECT_EQ(line_of("a\nb\n", 2), "b");
  EXPECT_EQ(line_of("a\nb\n", 7), "");
  EXPECT_EQ(characters("é“x", 5), 2);
}

}  // namespace
}  // namespace connected_registry::values
