#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connected_registry::json {
namespace {

using ::testing::HasSubstr;

std::string nested_arrays(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

std::string error_of(std::string_view text) {
  const auto parsed = parse(text);
  if (parsed) return "";
  EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
  return parsed.error().message;
}

TEST(Json, reads_and_writes_a_document) {
  constexpr std::string_view kText = R"({"a":[1,-2,0.1,true,null],"b":{"c":"d\u0000é"}})";
  const auto parsed = parse(kText);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  EXPECT_EQ(to_text(*parsed), R"({"a":[1,-2,0.1,true,null],"b":{"c":"d\u0000é"}})");
}

TEST(Json, keeps_numbers_through_reading_and_writing) {
  const Document read =
      parse("[0.30000000000000004,1.7976931348623157e308,5e-324,18446744073709551615,-9223372036854775808]")
          .value();
  EXPECT_EQ(read[0].GetDouble(), 0.1 + 0.2);
  EXPECT_EQ(parse(to_text(read)).value(), read);
}

// In texts of any length: RapidJSON has a way of its own for long ones.
TEST(Json, writes_each_control_character_as_an_escape_and_refuses_it_as_it_is) {
  for (char character = 0; character < ' '; ++character) {
    for (const std::size_t length : {1U, 15U, 16U, 40U}) {
      std::string text(length, 'x');
      text[length / 2] = character;
      const std::string written =
          to_text(Value(rapidjson::StringRef(text.data(), static_cast<unsigned>(length))));
      EXPECT_EQ(written.find(character), std::string::npos) << written;
      EXPECT_FALSE(parse("[\"" + text + "\"]")) << written;
      const auto read = parse("[" + written + "]");
      ASSERT_TRUE(read) << written;
      EXPECT_EQ(view((*read)[0]), text);
    }
  }
}

TEST(Json, accepts_the_greatest_depth_and_refuses_one_more) {
  EXPECT_EQ(error_of(nested_arrays(kMaxDepth)), "");
  EXPECT_THAT(error_of(nested_arrays(kMaxDepth + 1)), HasSubstr("nested deeper than 256"));
}

TEST(Json, refuses_a_million_levels_without_exhausting_the_stack) {
  EXPECT_THAT(error_of(std::string(1'000'000, '[')), HasSubstr("nested deeper"));
  std::string objects;
  for (int level = 0; level < 100'000; ++level) objects += R"({"a":)";
  EXPECT_THAT(error_of(objects), HasSubstr("nested deeper"));
}

TEST(Json, counts_depth_and_not_the_number_of_values) {
  std::string siblings = "[";
  for (int index = 0; index < 1000; ++index) siblings += "[{}],";
  EXPECT_EQ(error_of(siblings + "0]"), "");
}

TEST(Json, refuses_anything_after_the_document) {
  for (const std::string& text : {std::string("{} x"), std::string("{}{}"), std::string("1 2"),
                                  std::string("{}\0garbage", 10), std::string("{}\0", 3)}) {
    EXPECT_NE(error_of(text), "") << text;
  }
  EXPECT_EQ(error_of(" {} \n"), "");
}

TEST(Json, refuses_text_that_is_not_utf_8) {
  for (const std::string_view text :
       {"\"\xff\"", "\"\xc3\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf5\x80\x80\x80\"", "{\"\x80\":1}"}) {
    EXPECT_NE(error_of(text), "");
  }
}

TEST(Json, refuses_halves_of_surrogate_pairs) {
  for (const char* const text : {R"(["\uDFAA"])", R"(["\uDC00\uD800"])", R"({"\uDFAA":1})", R"(["\uD800"])",
                                 R"(["\uD800\uD800"])", R"(["x\uDBFF\uDFFF\uDFFF"])"}) {
    EXPECT_FALSE(parse(text)) << text;
  }
  EXPECT_TRUE(parse(R"(["\uD800\uDC00\uDBFF\uDFFF\uD7FF\uE000"])"));
}

TEST(Json, reads_the_first_of_several_texts) {
  std::size_t size = 0;
  const auto first = parse_first(R"({"a":1} {"b":2})", size);
  ASSERT_TRUE(first);
  EXPECT_EQ(to_text(*first), R"({"a":1})");
  EXPECT_EQ(size, 7U);
  EXPECT_FALSE(parse_first(R"({"a":1,)", size));
}

TEST(Json, refuses_a_byte_order_mark_whole_or_in_part) {
  EXPECT_THAT(error_of("\xef\xbb\xbf{}"), HasSubstr("byte 0"));
  EXPECT_NE(error_of("\xef{}"), "");
}

TEST(Json, refuses_what_is_not_json) {
  for (const std::string_view text : {"", " ", "{", "[1,]", "{\"a\":}", "nul", "'a'", "{a:1}", "“a”", "NaN",
                                      "\"\x01\"", "01", "// x\n1", "\"\\ud800\""}) {
    EXPECT_NE(error_of(text), "") << text;
  }
}

TEST(Json, names_the_byte_of_an_error) {
  EXPECT_THAT(error_of("{\"a\": x}"), HasSubstr("byte 6"));
}

TEST(Json, finds_values_by_path) {
  const Document document = parse(R"({"a":{"b":{"c":"text"}},"list":[1]})").value();
  ASSERT_NE(find(document, {"a", "b"}), nullptr);
  EXPECT_TRUE(find(document, {"a", "b"})->IsObject());
  EXPECT_EQ(find(document, {"a", "x", "c"}), nullptr);
  EXPECT_EQ(find(document, {"list", "b"}), nullptr);
  EXPECT_EQ(find(document, {}), &document);
  EXPECT_EQ(string_at(document, {"a", "b", "c"}), "text");
  EXPECT_EQ(string_at(document, {"a", "b"}), "");
}

TEST(Json, string_at_gives_the_true_length_of_a_string_with_nul) {
  const Document document = parse(R"({"a":"x\u0000y"})").value();
  EXPECT_EQ(string_at(document, {"a"}), std::string_view("x\0y", 3));
}

TEST(Json, set_adds_then_replaces) {
  Document document;
  document.SetObject();
  set(document, "a", "one", document.GetAllocator());
  set(document, "a", Value(2), document.GetAllocator());
  set(document, "b", std::string("copied"), document.GetAllocator());
  EXPECT_EQ(to_text(document), R"({"a":2,"b":"copied"})");
}

TEST(Json, object_at_makes_what_is_missing_or_of_another_type) {
  Document document = parse(R"({"kept":{"x":1},"text":"y"})").value();
  set(object_at(document, "kept", document.GetAllocator()), "z", Value(2), document.GetAllocator());
  object_at(document, "text", document.GetAllocator());
  object_at(document, "new", document.GetAllocator());
  EXPECT_EQ(to_text(document), R"({"kept":{"x":1,"z":2},"text":{},"new":{}})");
}

}  // namespace
}  // namespace connected_registry::json
