#include "values/json_problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace connected_registry::values {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string problem(std::string_view text) {
  const auto found = find_json_problem(text);
  if (!found) return "";
  return std::to_string(found->line) + ":" + std::to_string(found->column) + ": " + found->message;
}

TEST(JsonProblem, is_none_in_json) {
  for (const char* text : {"{}", " {\"a\": [1, -2.5e3, true, null, \"b\\n\\u00e9\"]}\r\n", "[]", "1"}) {
    EXPECT_EQ(problem(text), "") << text;
  }
}

TEST(JsonProblem, is_named_for_what_people_write) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "1:1: it is empty"},
      {"{\n \"a\": “b”}", "2:7: a curly quote (“ or ”) is here"},
      {"{\n ‘a’: 1}", "2:2: a curly quote (‘ or ’)"},
      {"{\"a\": $TLS_CRT}", "1:7: $TLS_CRT stands here without quotes"},
      {"{\"a\": \"$TLS_CRT\"}", "1:8: $TLS_CRT stands here where its value should"},
      {"{\"a\": \"${TLS_CRT}\"}", "1:8: $TLS_CRT"},
      {"{\"a\": 1,}", "1:8: a comma stands before the closing }"},
      {"[1,]", "1:3: a comma stands before the closing ]"},
      {"{\"a\": 1\n \"b\": 2}", "2:2: a comma is missing before this"},
      {"{\"a\" 1}", "1:6: a colon is missing"},
      {"{a: 1}", "1:2: a key must stand in double quotes"},
      {"{'a': 1}", "1:2: a single quote is here"},
      {"{\"a\": b}", "1:7: a text must stand in double quotes"},
      {"{\"a\": }", "1:7: a value is missing here"},
      {"// x\n{}", "1:1: a comment is here"},
      {"{\"a\": 1", "1:8: it ends before a } closes it"},
      {"{} {}", "1:4: something follows"},
      {"\xEF\xBB\xBF{}", "1:1: it begins with a byte order mark"},
  };
  for (const auto& [text, expected] : cases) EXPECT_THAT(problem(text), StartsWith(expected)) << text;
}

TEST(JsonProblem, shows_nothing_of_a_text) {
  for (const char* text :
       {"{\"a\": SECRET}", "{SECRET: 1}", "{\"a\": \"SECRET}", "{\"a\": \"SECRET\" SECRET}",
        "{\"a\": \"\\SECRET\"}", "{\"a\": $secret_SECRET}", "SECRET", "{\"a\": 01SECRET}"}) {
    EXPECT_NE(problem(text), "") << text;
    EXPECT_THAT(problem(text), ::testing::Not(HasSubstr("SECRET"))) << text;
  }
}

TEST(JsonProblem, is_depth_beyond_what_is_read) {
  EXPECT_THAT(problem(std::string(10'000, '[') + std::string(10'000, ']')), HasSubstr("nested deeper"));
}

}  // namespace
}  // namespace connected_registry::values
