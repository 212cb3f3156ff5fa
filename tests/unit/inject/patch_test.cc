#include "inject/patch.h"

#include <gtest/gtest.h>

namespace connected_registry::inject {
namespace {

json::Value list(Patch& patch, std::initializer_list<int> numbers) {
  json::Value out(rapidjson::kArrayType);
  for (const int number : numbers) out.PushBack(number, patch.allocator());
  return out;
}

TEST(Patch, is_no_text_where_nothing_changes) {
  EXPECT_EQ(Patch().to_text(), "");
}

TEST(Patch, adds_a_whole_array_where_there_is_none_or_null) {
  for (const char* object : {"{}", R"({"a":null})"}) {
    Patch patch;
    patch.append(json::parse(object).value(), "/spec", "a", list(patch, {1, 2}));
    EXPECT_EQ(patch.to_text(), R"([{"op":"add","path":"/spec/a","value":[1,2]}])") << object;
  }
}

TEST(Patch, appends_to_an_array_that_is_there) {
  Patch patch;
  patch.append(json::parse(R"({"a":[]})").value(), "/spec", "a", list(patch, {1, 2}));
  EXPECT_EQ(patch.to_text(),
            R"([{"op":"add","path":"/spec/a/-","value":1},{"op":"add","path":"/spec/a/-","value":2}])");
}

TEST(Patch, adds_nothing_for_no_entries) {
  Patch patch;
  patch.append(json::parse("{}").value(), "/spec", "a", list(patch, {}));
  patch.merge(json::parse("{}").value(), "/metadata", "b", json::Value(rapidjson::kObjectType));
  EXPECT_TRUE(patch.empty());
}

TEST(Patch, escapes_names_in_pointers) {
  Patch patch;
  json::Value members(rapidjson::kObjectType);
  json::set(members, "a/b~c", "x", patch.allocator());
  patch.merge(json::parse(R"({"labels":{}})").value(), "/metadata", "labels", std::move(members));
  EXPECT_EQ(patch.to_text(), R"([{"op":"add","path":"/metadata/labels/a~1b~0c","value":"x"}])");
}

TEST(PointerToken, escapes_the_tilde_before_the_slash) {
  EXPECT_EQ(pointer_token("~1"), "~01");
  EXPECT_EQ(pointer_token("a/b~c"), "a~1b~0c");
}

}  // namespace
}  // namespace connected_registry::inject
