#include "values/yaml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "values/fixture.h"

namespace connected_registry::values {
namespace {

using ::testing::HasSubstr;
using testing::read;

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(YamlReader, knows_the_place_of_each_key_and_value) {
  const auto node = read_yaml("# x\nservice:\n  clusterIP: 10.0.0.1\nl:\n- a\n-  b\n---\nc:  \"d\"\n", 3);
  ASSERT_TRUE(node);
  const Member* service = find(*node, "service");
  const Member* address = find(service->value, "clusterIP");
  EXPECT_EQ(service->at.line, 2);
  EXPECT_EQ(address->at.line, 3);
  EXPECT_EQ(address->at.column, 3);
  EXPECT_EQ(address->value.at.column, 14);
  EXPECT_EQ(address->value.at.source, 3);
  EXPECT_EQ(find(*node, "l")->value.list[1].at.line, 6);
  EXPECT_EQ(find(*node, "l")->value.list[1].at.column, 4);
  EXPECT_EQ(find(*node, "c")->value.at.line, 8) << "lines count on from document to document";
}

TEST(YamlReader, says_where_it_is_no_yaml_and_shows_nothing_of_it) {
  EXPECT_THAT(read("a: 1\nb: [SECRET\n"), HasSubstr("a [ is not closed"));
  EXPECT_THAT(read("a: \"SECRET\n"), HasSubstr("1:10: a quoted text is not closed"));
  EXPECT_THAT(read("a: *SECRET\n"), HasSubstr("1:4: an alias here"));
  EXPECT_THAT(read("a: %SECRET\n"), HasSubstr("1:4: "));
  EXPECT_THAT(read("a: 1\n%SECRET\n"), HasSubstr("2:1: a line may not begin with %"));
  EXPECT_THAT(read("a: [b,,SECRET]\n"), HasSubstr("1:7: an entry is missing"));
  EXPECT_THAT(read("- SECRET\n"), HasSubstr("1:1: it is no map"));
  for (const char* text : {"a: [SECRET\n", "a: \"SECRET", "a: *SECRET", "a: !!int SECRET", "SECRET",
                           "a: @SECRET", "a: &x SECRET: *SECRET", "a: \"\\SECRET\"", "a: !!binary SECRET!"}) {
    EXPECT_THAT(read(text), ::testing::Not(HasSubstr("SECRET"))) << text;
    EXPECT_FALSE(read_yaml(text, 0)) << text;
  }
}

TEST(YamlReader, refuses_what_is_nested_too_deeply) {
  EXPECT_THAT(read("a: " + repeated("[", 10'000) + repeated("]", 10'000)), HasSubstr("nested deeper"));
  EXPECT_THAT(read("a: " + repeated("[", 300) + repeated("]", 300)), HasSubstr("nested deeper"));
  EXPECT_THAT(read("a: " + repeated("{a: ", 10'000)), HasSubstr("nested deeper"));
  EXPECT_THAT(read(repeated("- ", 10'000)), HasSubstr("nested deeper"));
  EXPECT_THAT(read(repeated("[", 1 << 21)), HasSubstr("nested deeper"));
  std::string block;
  for (int i = 0; i < 1'000; ++i) block += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_THAT(read(block), HasSubstr("nested deeper"));
  EXPECT_TRUE(read_yaml("a: " + repeated("[", 200) + repeated("]", 200), 0));
}

TEST(YamlReader, counts_what_aliases_stand_for) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(before + " ,", 8) +
            before + " ]\n";
  }
  EXPECT_THAT(read(bomb), HasSubstr("more than 100000 values"));
  EXPECT_THAT(read("a: &a [*a ]\n"), HasSubstr("1:8: an alias here is part of what it stands for"));
  std::string deep = "a0: &a0 [x]\n";
  for (int i = 1; i < 400; ++i) {
    deep += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + " ]\n";
  }
  EXPECT_THAT(read(deep), HasSubstr("nested deeper"));
}

TEST(YamlReader, counts_values) {
  EXPECT_THAT(read("a: [" + repeated("1,", 200'000) + "1]"), HasSubstr("more than 100000 values"));
}

}  // namespace
}  // namespace connected_registry::values
