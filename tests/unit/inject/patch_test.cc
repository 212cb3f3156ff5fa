#include "inject/patch.h"

#include <gtest/gtest.h>

#include <array>

namespace connected_registry::inject {
namespace {

constexpr std::array<std::string_view, 2> kEntries{"1", R"({"a":[]})"};

TEST(Patch, is_no_text_where_nothing_changes) {
  EXPECT_EQ(Patch().to_text(), "");
}

TEST(Patch, adds_a_whole_array_where_there_is_none_or_null) {
  for (const char* object : {"{}", R"({"a":null})"}) {
    Patch patch;
    patch.append(json::parse(object).value(), "/spec", "a", kEntries);
    EXPECT_EQ(patch.to_text(), R"([{"op":"add","path":"/spec/a","value":[1,{"a":[]}]}])") << object;
  }
}

TEST(Patch, appends_to_an_array_that_is_there) {
  Patch patch;
  patch.append(json::parse(R"({"a":[]})").value(), "/spec", "a", kEntries);
  EXPECT_EQ(
      patch.to_text(),
      R"([{"op":"add","path":"/spec/a/-","value":1},{"op":"add","path":"/spec/a/-","value":{"a":[]}}])");
}

TEST(Patch, adds_nothing_for_no_entries) {
  Patch patch;
  patch.append(json::parse("{}").value(), "/spec", "a", {});
  patch.merge(json::parse("{}").value(), "/metadata", "b", {});
  EXPECT_TRUE(patch.empty());
}

TEST(Patch, adds_a_whole_map_where_there_is_none_or_null) {
  for (const char* object : {"{}", R"({"labels":null})"}) {
    Patch patch;
    patch.merge(json::parse(object).value(), "/metadata", "labels", std::array{MapEntry{"a/b~c", "\n"}});
    EXPECT_EQ(patch.to_text(), R"([{"op":"add","path":"/metadata/labels","value":{"a/b~c":"\n"}}])")
        << object;
  }
}

TEST(Patch, adds_each_member_to_a_map_that_is_there_by_its_escaped_name) {
  Patch patch;
  patch.merge(json::parse(R"({"labels":{}})").value(), "/metadata", "labels",
              std::array{MapEntry{"a/b~c", "x"}, MapEntry{"d", "\""}});
  EXPECT_EQ(patch.to_text(), R"([{"op":"add","path":"/metadata/labels/a~1b~0c","value":"x"},)"
                             R"({"op":"add","path":"/metadata/labels/d","value":"\""}])");
}

TEST(AppendToken, escapes_the_tilde_before_the_slash) {
  std::string pointer = "/a";
  append_token(pointer, "~1");
  append_token(pointer, "b/c~d");
  EXPECT_EQ(pointer, "/a/~01/b~1c~0d");
}

}  // namespace
}  // namespace connected_registry::inject
