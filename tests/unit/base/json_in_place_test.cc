#include "base/json_in_place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace connected_registry::json {
namespace {

using ::testing::HasSubstr;

bool all(Path /*path*/) {
  return true;
}

// What is read, written again; or the error.
std::string read(std::string_view text, const Select& select = all) {
  std::vector<char> bytes(text.begin(), text.end());
  bytes.resize(text.size() + kInPlacePadding);
  const auto parsed = parse_in_place(std::span(bytes).first(text.size()), select);
  return parsed ? to_text(*parsed) : parsed.error().message;
}

TEST(JsonInPlace, reads_a_document) {
  constexpr std::string_view kText = R"({"a":[1,-2,0.1,true,null,{}],"b":{"c":"d\u0000é\n"},"e":[]})";
  EXPECT_EQ(read(kText), kText);
}

TEST(JsonInPlace, leaves_out_what_is_not_wanted) {
  const Select select = [](Path path) { return path.back() != "x"; };
  EXPECT_EQ(
      read(R"({"x":1,"a":{"x":{"y":[1,{"z":2}]},"b":2,"x2":3},"x":"s","c":[{"x":1},[{"x":2}]]})", select),
      R"({"a":{"b":2,"x2":3},"c":[{"x":1},[{"x":2}]]})")
      << "what is in a list has no path";
}

TEST(JsonInPlace, asks_with_the_names_that_lead_there) {
  std::vector<std::string> asked;
  const Select select = [&asked](Path path) {
    std::string joined;
    for (const std::string_view name : path) joined.append("/").append(name);
    asked.push_back(joined);
    return joined != "/skipped";
  };
  read(R"({"a":{"b":{"c":{"d":{"e":1}}}},"skipped":{"z":1},"f":[{"g":1}],"h":2})", select);
  EXPECT_THAT(asked, ::testing::ElementsAre("/a", "/a/b", "/a/b/c", "/a/b/c/d", "/skipped", "/f", "/h"));
}

TEST(JsonInPlace, checks_what_it_leaves_out) {
  const Select none = [](Path) { return false; };
  EXPECT_EQ(read(R"({"a":[1,{"b":null}]})", none), "{}");
  EXPECT_THAT(read(R"({"a":[1,})", none), HasSubstr("not valid JSON at byte 8"));
  EXPECT_THAT(read("{\"a\":\"\xff\"}", none), HasSubstr("byte 6: not UTF-8"));
  EXPECT_THAT(read(R"({"a":)" + std::string(1'000'000, '['), none), HasSubstr("nested deeper than 256"));
}

TEST(JsonInPlace, says_what_is_wrong_and_where) {
  EXPECT_THAT(read(""), HasSubstr("not valid JSON at byte 0"));
  EXPECT_THAT(read("{} x"), HasSubstr("not valid JSON at byte 3"));
  EXPECT_EQ(read(std::string("{\"a\":1\0}", 8)), "not valid JSON at byte 6: a NUL");
  EXPECT_EQ(read(std::string("{}\0", 3)), "not valid JSON at byte 2: a NUL");
  EXPECT_EQ(read("\xef\xbb\xbf{}").substr(0, 24), "not valid JSON at byte 0");
  EXPECT_THAT(read(R"({"a":"b)"), HasSubstr("byte"));
}

TEST(JsonInPlace, refuses_escapes_that_are_no_character) {
  for (const char* text : {R"(["\ud800"])", R"(["\ud800x"])", R"(["\udc00"])", R"(["\u12"])"}) {
    EXPECT_THAT(read(text), HasSubstr("not valid JSON")) << text;
  }
  EXPECT_EQ(read(R"(["\ud83d\ude00"])"), "[\"\xf0\x9f\x98\x80\"]");
}

TEST(JsonInPlace, bounds_depth_and_number_of_values) {
  EXPECT_EQ(read(std::string(kMaxDepth, '[') + std::string(kMaxDepth, ']')).size(), 2 * kMaxDepth);
  EXPECT_THAT(read(std::string(kMaxDepth + 1, '[')), HasSubstr("nested deeper than 256 levels"));
  std::string many = "[0";
  for (std::size_t i = 0; i < kMaxValues; ++i) many += ",0";
  EXPECT_THAT(read(many + "]"), HasSubstr("more than 200000 values"));
}

TEST(JsonInPlace, names_the_object_in_which_a_name_stands_twice) {
  EXPECT_EQ(read(R"({"a":1,"b":2,"a":3})"), "a name stands twice in the outermost object");
  EXPECT_EQ(read(R"({"a":{"b":[{},{"c":1,"c":1}]}})"), "a name stands twice in a.b");
  EXPECT_EQ(read(R"({"a":{"b":1,"\u0062":2}})"), "a name stands twice in a");
  std::string large = R"({"a":{)";
  for (int i = 0; i < 100; ++i) large += "\"n" + std::to_string(i) + "\":1,";
  EXPECT_THAT(read(large + R"("n7":2}})"), "a name stands twice in a");
  EXPECT_THAT(read(large + R"("other":2}})"), HasSubstr("n99"));
}

}  // namespace
}  // namespace connected_registry::json
