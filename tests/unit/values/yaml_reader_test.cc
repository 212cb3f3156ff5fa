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
  EXPECT_THAT(read("a: \"SECRET\n"), HasSubstr("1:4: a quoted text is not closed"));
  EXPECT_THAT(read("a: *SECRET\n"), HasSubstr("1:4: an alias here"));
  EXPECT_THAT(read("a: %SECRET\n"), HasSubstr("1:4: "));
  EXPECT_THAT(read("a: 1\n%SECRET\n"), HasSubstr("2:1: a line may not begin with %"));
  EXPECT_THAT(read("a: [b,,SECRET]\n"), HasSubstr("1:7: a value is missing here"));
  EXPECT_THAT(read("- SECRET\n"), HasSubstr("1:1: it is no map"));
  for (const char* text : {"a: [SECRET\n", "a: \"SECRET", "a: *SECRET", "a: !!int SECRET", "SECRET",
                           "a: @SECRET", "a: &x SECRET: *SECRET", "a: \"\\SECRET\"", "a: !!binary SECRET!"}) {
    EXPECT_THAT(read(text), ::testing::Not(HasSubstr("SECRET"))) << text;
    EXPECT_FALSE(read_yaml(text, 0)) << text;
  }
}

TEST(YamlReader, takes_a_key_without_a_value_at_the_end_of_the_file) {
  EXPECT_EQ(read("a: 1\nstatus:"), R"({"a":1,"status":null})");
  EXPECT_EQ(read("a:\n  b:"), R"({"a":{"b":null}})");
  EXPECT_THAT(read("a: 1\nstatus"), HasSubstr("2:1: a key here has no colon after it"));
}

TEST(YamlReader, reads_the_last_line_of_a_block_that_has_no_line_end) {
  EXPECT_EQ(read("a: |\n  x\n  y"), R"({"a":"x\ny"})");
  EXPECT_EQ(read("a: >-\n  x\n  y"), R"({"a":"x y"})");
  EXPECT_EQ(read("a: |+\n  x\n\n  y\n\n"), R"({"a":"x\n\ny\n\n"})");
}

TEST(YamlReader, reads_quoted_texts_that_have_line_ends_and_escapes_alone) {
  EXPECT_EQ(read("a: '\n\n  '\n"), R"({"a":"\n"})");
  EXPECT_EQ(read("a: \"\n\n\n  \"\n"), R"({"a":"\n\n"})");
  EXPECT_EQ(read("a: \"\\N\\_\\L\\P\"\n"), "{\"a\":\"\xC2\x85\xC2\xA0\xE2\x80\xA8\xE2\x80\xA9\"}");
}

TEST(YamlReader, refuses_tabs_where_a_token_may_begin) {
  EXPECT_THAT(read("cert-manager:\n\t\n  install: false\n"),
              HasSubstr("2:1: a tab is where only spaces may be"));
  EXPECT_THAT(read("a: 1\n\t# a comment\nb: 2\n"), HasSubstr("2:1: a tab is where only spaces may be"));
  EXPECT_THAT(read("a:\n\tb: 1\n"), HasSubstr("2:1: a tab"));
  EXPECT_THAT(read("a:\n-\tb: 1\n"), HasSubstr("2:2: a tab"));
  EXPECT_THAT(read("a:\n- \t- 1\n"), HasSubstr("2:3: a tab"));
  EXPECT_EQ(read("a: 1\t# a comment\nb:\t2\nc: [\t1,\n\t2]\n"), R"({"a":1,"b":2,"c":[1,2]})");
}

TEST(YamlReader, refuses_what_follows_the_value_of_a_document) {
  EXPECT_THAT(read("{a: 1}\n{b: 2}\n"), HasSubstr("2:1: something follows the end of the document"));
  EXPECT_THAT(read("a: 1\n...\nb: 2\n"), HasSubstr("3:1: something follows the end of the document"));
}

TEST(YamlReader, takes_an_alias_for_the_last_anchor_that_began) {
  EXPECT_EQ(read("a: &x {b: &x 1, c: *x}\nd: *x\n"), R"({"a":{"b":1,"c":1},"d":1})");
  EXPECT_EQ(read("a: &x 1\nb: &x 2\nc: *x\n"), R"({"a":1,"b":2,"c":2})");
  EXPECT_THAT(read("a: &x 1\nb: &x [*x ]\n"), HasSubstr("2:8: an alias here is part of"));
}

TEST(YamlReader, counts_columns_in_bytes) {
  const auto node = read_yaml("\"\u00e9\": {b: \"\u00e9\", c: 1}\nd: 2\n", 0);
  ASSERT_TRUE(node) << node.error().message;
  EXPECT_EQ(find(node->map[1].value, "c")->at.column, 17);
  EXPECT_EQ(find(*node, "d")->at.column, 1);
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
