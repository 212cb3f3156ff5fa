#include "values/file_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connected_registry::values {
namespace {

using ::testing::ElementsAre;

TEST(FileList, has_names_between_commas) {
  EXPECT_THAT(*parse_file_list("a.yaml"), ElementsAre("a.yaml"));
  EXPECT_THAT(*parse_file_list("a.yaml,b c.yaml,-"), ElementsAre("a.yaml", "b c.yaml", "-"));
  EXPECT_THAT(*parse_file_list("a.yaml,"), ElementsAre("a.yaml", ""));
  EXPECT_THAT(*parse_file_list(""), ElementsAre());
}

TEST(FileList, has_a_name_with_a_comma_in_double_quotes) {
  EXPECT_THAT(*parse_file_list("\"a,b.yaml\",c.yaml"), ElementsAre("a,b.yaml", "c.yaml"));
  EXPECT_THAT(*parse_file_list("\"a\"\"b\""), ElementsAre("a\"b"));
}

TEST(FileList, refuses_quotes_that_enclose_no_name) {
  for (const char* text : {"\"a", "a\"b", "\"a\"b", "x,\"a,b", "\""})
    EXPECT_FALSE(parse_file_list(text)) << text;
}

}  // namespace
}  // namespace connected_registry::values
