#include "values/json_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/json.h"

namespace connected_registry::values {
namespace {

using ::testing::HasSubstr;

std::string read(std::string_view text) {
  const auto node = read_json(text, 0);
  if (!node) return node.error().message;
  json::Document document;
  return json::to_text(to_json(*node, document.GetAllocator()));
}

TEST(JsonReader, knows_the_place_of_each_key_and_value) {
  const auto node = read_json("{\n  \"tls\" : {\"crt\":  \"x\", \"l\": [1,\n true]}}", 3);
  ASSERT_TRUE(node);
  const Member* const tls = find(*node, "tls");
  EXPECT_EQ(tls->at.line, 2);
  EXPECT_EQ(tls->at.column, 3);
  EXPECT_EQ(tls->at.source, 3);
  EXPECT_EQ(tls->value.at.column, 11);
  EXPECT_EQ(find(tls->value, "crt")->value.at.column, 20);
  EXPECT_EQ(find(tls->value, "l")->value.list[1].at.line, 3);
  EXPECT_EQ(find(tls->value, "l")->value.list[1].at.column, 2);
}

TEST(JsonReader, reads_each_kind_of_value) {
  EXPECT_EQ(read(R"({"a":null,"b":true,"c":-1,"d":1.5,"e":1e3,"f":"x","g":[],"h":{}})"),
            R"({"a":null,"b":true,"c":-1,"d":1.5,"e":1000,"f":"x","g":[],"h":{}})");
}

TEST(JsonReader, takes_every_character_of_json) {
  EXPECT_EQ(read("{\"a\":\"\\uD834\\uDD1E\\/\xEF\xBF\xBF\xE2\x80\xA8\x7F\"}"),
            "{\"a\":\"\xF0\x9D\x84\x9E/\xEF\xBF\xBF\xE2\x80\xA8\x7F\"}");
}

TEST(JsonReader, refuses_what_is_no_object) {
  EXPECT_THAT(read("[1]"), HasSubstr("no JSON object"));
  EXPECT_THAT(read("{\"a\":1} x"), HasSubstr("not valid JSON"));
  EXPECT_THAT(read("{\"a\":\"\\uDD1E\"}"), HasSubstr("half of a surrogate pair"));
}

}  // namespace
}  // namespace connected_registry::values
